import { exposuresOf, hasImage, listensEverywhere, on, serves, socket } from "./containers.ts";
import { checkAccess, type Store, stores } from "./database-access.ts";
import { conclude, type Findings, hostsThatAnswer, hubOf, noFindings } from "./findings.ts";
import type { Observed, ObservedContainer, ObservedHost, Verdict } from "./observed.ts";

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
  checkAccess(observed, hub, findings);

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
