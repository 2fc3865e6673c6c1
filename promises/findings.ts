import type { Observed, ObservedHost, PromiseId, Verdict } from "./observed.ts";

/** What each promise says, in the words of the design. */
const statements: Readonly<Record<PromiseId, string>> = {
  P1: "every public hostname resolves (DNS → tunnel → ingress rule) to a running container on every host, on the port its image really listens on",
  P2: "nothing is published on 0.0.0.0 or a public address, on any host, and a tailnet or bridge address answers no neighbour in the host's own network; the VPS firewall lets nothing in but ICMP and Tailscale's UDP port",
  P3: "Postgres and Redis are published on the hub's tailnet address only, and the tailnet policy lets only our hosts reach them",
  P4: "every Authentik server and worker uses the same database, the same secret key and the same image",
  P5: "every connector runs the same tunnel token; no secret value is in a container's command, in a label or in plain state",
  P6: "a login that starts on one connector and finishes on another works, for every public OIDC service (same client, secret and redirect URI on all hosts), except where the service keeps a login under way on one host and the settings accept its split data by name",
  P7: "the memory limits and the typical use of a host's containers fit it, checked before anything is created",
  P8: "a second up changes nothing; a refresh changes nothing; an up that failed half way is completed by the next one; no data volume is ever deleted",
  P9: "each service's data placement is declared, and a writable service whose data differs per host is published only when the settings accept that by name",
  P10: "Prometheus on every host scrapes every host's node-exporter every 15 s, over the tailnet",
  P14: "no application lets a stranger in: nobody makes an account without Authentik, and no first visitor becomes administrator",
};

/** Collected while a promise looks around; one sentence each. */
export interface Findings {
  /** Names the thing, the value found and the value expected; never a secret. */
  readonly broken: string[];
  /** What could not be looked at, and why. */
  readonly unknown: string[];
}

export function noFindings(): Findings {
  return { broken: [], unknown: [] };
}

/**
 * One broken thing outweighs everything; one unknown thing forbids `proved`.
 * @param seen what was looked at, shown when nothing is wrong
 * @param notes shown in every case
 */
export function conclude(
  id: PromiseId,
  { broken, unknown }: Findings,
  seen: readonly string[],
  notes: readonly string[] = [],
): Verdict {
  const statement = statements[id];
  const evidence = (...sentences: readonly string[][]) => [...new Set([...sentences.flat(), ...notes])];
  if (broken.length > 0) return { id, statement, verdict: "broken", evidence: evidence(broken, unknown) };
  if (unknown.length > 0) return { id, statement, verdict: "not checked", evidence: evidence(unknown) };
  return { id, statement, verdict: "proved", evidence: evidence([...seen]) };
}

/**
 * Hosts whose containers are known. Every other host, of what was looked at or of the settings, becomes an unknown:
 * a promise about containers must not be proved by the hosts that happen to answer.
 */
export function hostsThatAnswer(observed: Observed, { unknown }: Findings): readonly ObservedHost[] {
  if (observed.hosts.length === 0) unknown.push("no host was looked at");
  for (const { name } of observed.settings.hosts)
    if (!observed.hosts.some((host) => host.name === name))
      unknown.push(`${name} stands in the settings but was not looked at`);
  return observed.hosts.filter(({ name, reachable, containers }) => {
    if (!reachable) unknown.push(`${name}: its Docker does not answer, so its containers are unknown`);
    else if (containers.length === 0) unknown.push(`${name}: no container was found on it`);
    return reachable;
  });
}

/** The one host that owns what exists once; otherwise a broken finding. */
export function hubOf(observed: Observed, { broken }: Findings): ObservedHost | undefined {
  const hubs = observed.hosts.filter(({ isHub }) => isHub);
  if (hubs.length === 1) return hubs[0];
  if (hubs.length === 0) broken.push("no host is the hub, expected exactly one");
  else broken.push(`${hubs.map(({ name }) => name).join(" and ")} are all the hub, expected exactly one`);
  return undefined;
}

/** `3 hosts`, `1 host`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The first few of a list that may be long. */
export function few(items: readonly string[], most = 3): string {
  const rest = items.length - most;
  return items.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
