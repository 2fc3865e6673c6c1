import type { Peer } from "../configuration/urls.ts";
import { hostMetrics } from "../schemas.ts";
import type { HostMetrics, HostReport } from "../types.ts";
import { fetchJson } from "./fetch-json.ts";
import { keepLastGood } from "./last-good.ts";
import { UpstreamError } from "./upstream-error.ts";

/** How long a peer's last numbers are still shown, with their age. */
const longestStaleSeconds = 600;

/**
 * Reports about one peer. A peer that failed last time is asked again in the background while its last state is
 * reported at once, so that a machine that is off delays at most one answer, by at most 1.5 s.
 */
export function createPeerReporter(
  peer: Peer,
  onOutcome: (failure: UpstreamError | undefined) => void,
): () => Promise<HostReport> {
  const read = keepLastGood({
    load: () => loadPeer(peer),
    freshMs: 1_000,
    retryMs: 1_000,
    waitAfterFailure: false,
    onOutcome,
  });
  return async () => {
    const known = await read();
    const common = { host: peer.name, self: false };
    const reason = known.failure === undefined ? null : `${peer.name} ${known.failure.message}`;
    if (known.value === undefined)
      return { ...common, state: "unreachable", ageSeconds: null, metrics: null, reason };
    const { value: metrics, ageSeconds, stale } = known;
    if (!stale) return { ...common, state: "fresh", ageSeconds, metrics, reason: null };
    if (ageSeconds > longestStaleSeconds)
      return { ...common, state: "unreachable", ageSeconds, metrics: null, reason };
    return { ...common, state: "stale", ageSeconds, metrics, reason };
  };
}

async function loadPeer({ name, url }: Peer): Promise<HostMetrics> {
  const body = await fetchJson({ url: `${url}/api/metrics`, limitMs: 1_500, largestBytes: 256 * 1024 });
  const parsed = hostMetrics.safeParse(body);
  if (!parsed.success) throw new UpstreamError("sent an answer that is no metrics");
  // A wrong address in PEERS would else show one machine's numbers under another's name.
  if (parsed.data.host !== name)
    throw new UpstreamError(`answers as "${parsed.data.host}"; check its address in PEERS`);
  return parsed.data;
}
