import { exposuresOf, hasImage, listensEverywhere, on, serves, socket } from "./containers.ts";
import { conclude, type Findings, hostsThatAnswer, hubOf, noFindings } from "./findings.ts";
import type { Observed, ObservedContainer, ObservedHost, Verdict } from "./observed.ts";
import { admits, openTo, type Policy } from "./policy.ts";
import type { Device, Selector } from "./policy-selectors.ts";
import { deviceOf, policyOf } from "./tailnet.ts";

interface Store {
  readonly name: string;
  readonly port: number;
  readonly images: readonly string[];
}

const stores: readonly Store[] = [
  { name: "Postgres", port: 5432, images: ["postgres"] },
  { name: "Redis", port: 6379, images: ["redis", "valkey"] },
];

/** P3: one place where the shared databases listen, and nobody but our hosts gets there. */
export function privateDatabases(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  if (observed.hosts.length === 0) return conclude("P3", findings, []);
  const hub = hubOf(observed, findings);
  if (hub === undefined) return conclude("P3", findings, []);

  for (const store of stores) {
    for (const host of hosts) checkPublications(store, host, hub, findings);
    if (hub.reachable && hub.tailnetAddress !== undefined)
      checkPresence(store, hub, hub.tailnetAddress, findings);
  }
  checkPolicy(observed, hub, findings);

  return conclude("P3", findings, [
    ...stores.map(
      ({ name, port }) => `${name}: published at ${hub.tailnetAddress}:${port} of ${hub.name}, nowhere else`,
    ),
    `tailnet policy: ports 5432 and 6379 of ${hub.name} are open to ${observed.hosts.map(({ name }) => name).join(", ")} and to nobody else`,
  ]);
}

function isStore(container: ObservedContainer, { images }: Store): boolean {
  return images.some((image) => hasImage(container, image));
}

function checkPublications(store: Store, host: ObservedHost, hub: ObservedHost, { broken }: Findings): void {
  for (const { container, address, port, target, how } of exposuresOf(host)) {
    if (!isStore(container, store) && port !== store.port && target !== store.port) continue;
    if (host === hub && port === store.port && address === hub.tailnetAddress) continue;
    broken.push(
      `${store.name}: ${on(container, host)} ${how} ${socket(address, port)}, expected only ${hub.tailnetAddress ?? "the tailnet address"}:${store.port} of ${hub.name}`,
    );
  }
}

function checkPresence(store: Store, hub: ObservedHost, address: string, { broken }: Findings): void {
  const works = exposuresOf(hub).some(
    ({ container, ...at }) =>
      at.address === address &&
      at.port === store.port &&
      isStore(container, store) &&
      serves(container) &&
      (at.how !== "publishes" || listensEverywhere(container, at.target)),
  );
  if (!works)
    broken.push(
      `${store.name}: no running container of ${hub.name} answers at ${address}:${store.port}, expected one`,
    );
}

function checkPolicy(observed: Observed, hub: ObservedHost, findings: Findings): void {
  const policy = policyOf(observed, findings);
  const to = deviceOf(hub, observed, findings);
  if (policy === undefined || to === undefined) return;
  for (const { name, port } of stores) {
    for (const host of observed.hosts) {
      if (host === hub) continue;
      const from = deviceOf(host, observed, findings);
      if (from !== undefined && !admits(policy, from, to, port))
        findings.broken.push(
          `the tailnet policy does not let ${host.name} reach ${name} at ${to.address}:${port}, expected every host of ours`,
        );
    }
    for (const { where, selector } of openTo(policy, to, port)) {
      const stranger = strangerIn(selector, policy, observed);
      if (stranger !== undefined)
        findings.broken.push(
          `the tailnet policy (${where}, src "${selector.text}") lets ${stranger} reach ${name} at ${to.address}:${port}, expected only our hosts`,
        );
    }
  }
}

/** Who else than our hosts is meant by a source, now or as soon as somebody adds a device. */
function strangerIn(
  { text, address, matches }: Selector,
  policy: Policy,
  observed: Observed,
): string | undefined {
  const ours = observed.tailnet.devices.filter(({ isHost }) => isHost);
  if (address !== undefined)
    return ours.some((device) => device.address === address)
      ? undefined
      : `${address}, which is none of our hosts,`;
  if (!text.startsWith("tag:")) return "more than our hosts";
  const other = observed.tailnet.devices.find((device) => !device.isHost && matches(device) === "yes");
  if (other !== undefined) return `the device ${other.name}`;
  if (!ours.some((device: Device) => matches(device) === "yes")) return "devices that are none of our hosts";
  if (policy.tagOwners[text]?.includes("autogroup:member")) return "every member, who may tag a device so,";
  return undefined;
}
