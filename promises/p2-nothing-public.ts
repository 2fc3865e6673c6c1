import { isAnyAddress, isLoopback, isPrivate, isPublic, isWithin } from "./addresses.ts";
import { type Exposure, exposuresOf, inHostNetwork, on, socket } from "./containers.ts";
import { conclude, count, type Findings, hostsThatAnswer, noFindings } from "./findings.ts";
import type { Observed, ObservedHost, Verdict } from "./observed.ts";

/**
 * P2: Docker's published ports bypass the host's own firewall, so the address they are bound to is what counts. And
 * Linux answers for each of its addresses on every interface, so that the address alone keeps no neighbour out.
 */
export function nothingPublic(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  const seen = hosts.map((host) => {
    const exposures = exposuresOf(host);
    for (const exposure of exposures) checkExposure(exposure, host, findings);
    checkNeighbours(exposures, host, findings);
    return `${host.name}: ${count(exposures.length, "port")} on its tailnet address, loopback or its bridge gateway only, and no neighbour reaches these`;
  });
  seen.push(...checkFirewalls(observed, findings));
  return conclude("P2", findings, seen);
}

function checkExposure(exposure: Exposure, host: ObservedHost, { broken, unknown }: Findings): void {
  const { address, container, port, how } = exposure;
  if (isLoopback(address) || address === host.tailnetAddress) return;
  if (inHostNetwork(container) && host.bridgeGateways.includes(address) && isPrivate(address)) return;

  const shown = `${on(container, host)} ${how} ${socket(address, port)}`;
  const expected = `expected ${host.tailnetAddress ?? "its tailnet address"} or loopback`;
  if (isAnyAddress(address)) broken.push(`${shown}, every address of the host; ${expected}`);
  else if (address === host.publicAddress || isPublic(address))
    broken.push(`${shown}, a public address; ${expected}`);
  else if (host.tailnetAddress !== undefined) broken.push(`${shown}, ${expected}`);
  else unknown.push(`${shown}, and the tailnet address of ${host.name} is not known to compare with`);
}

/** One sentence for each address, however many ports it has. */
function checkNeighbours(exposures: readonly Exposure[], host: ObservedHost, { broken }: Findings): void {
  const own = [host.tailnetAddress, ...host.bridgeGateways];
  const open = own.filter(
    (address) =>
      address !== undefined &&
      !isWithin(address, host.guarded) &&
      exposures.some((exposure) => exposure.address === address),
  );
  for (const address of open)
    broken.push(
      `${host.name} answers at ${address} on every interface: a neighbour in its network reaches it past the tailnet's policy, expected the host to drop what comes in elsewhere than by the tailnet, loopback and its bridges`,
    );
}

function checkFirewalls(observed: Observed, { broken }: Findings): readonly string[] {
  for (const { host, inbound } of observed.firewalls)
    for (const { protocol, port, sources } of inbound)
      if (!isWanted(protocol, port))
        broken.push(
          `the firewall of ${host} lets in ${protocol} ${port ?? "on every port"} from ${sources.join(", ") || "nowhere"}, expected only icmp and udp 41641`,
        );

  const exposed = observed.hosts.filter(({ publicAddress }) => publicAddress !== undefined);
  for (const { name, publicAddress } of exposed)
    if (!observed.firewalls.some(({ host }) => host === name))
      broken.push(`${name} has the public address ${publicAddress} and no firewall, expected one`);
  if (exposed.length === 0) return ["no host has a public address, so none needs a firewall"];
  return [`firewall of ${exposed.map(({ name }) => name).join(", ")}: only icmp and udp 41641 come in`];
}

/** Ping, and the port on which Tailscale builds direct connections. */
function isWanted(protocol: string, port: string | undefined): boolean {
  const name = protocol.toLowerCase();
  return name === "icmp" || (name === "udp" && port === "41641");
}
