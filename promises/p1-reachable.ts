import { hasImage, listensEverywhere, on, serves, sharedNetwork, stateOf } from "./containers.ts";
import { conclude, count, type Findings, hostsThatAnswer, noFindings } from "./findings.ts";
import { routeOf } from "./ingress.ts";
import type { Observed, ObservedEdge, ObservedHost, ObservedTunnel, Verdict } from "./observed.ts";

interface Target {
  readonly hostname: string;
  readonly container: string;
  readonly port: number;
}

/** P1: follows every public hostname from DNS to a listening process, on every host that a connector may choose. */
export function reachable(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  const { publicHostnames } = observed.settings;
  if (publicHostnames.length === 0) findings.unknown.push("the settings name no public hostname");

  const tunnels = new Set<ObservedTunnel>();
  for (const { hostname: name, container } of publicHostnames) {
    const hostname = name.toLowerCase();
    const tunnel = tunnelBehind(hostname, observed.edge, findings);
    if (tunnel === undefined) continue;
    tunnels.add(tunnel);
    const route = routeOf(hostname, container, tunnel);
    if (typeof route === "string") findings.broken.push(route);
    else for (const host of hosts) checkOnHost({ hostname, container, ...route }, host, findings);
  }
  const known = new Set([...observed.hosts, ...observed.settings.hosts].map(({ name }) => name));
  for (const tunnel of tunnels) {
    checkTunnel(tunnel, hosts, findings);
    checkForeignConnectors(tunnel, known, findings);
  }

  const names = [...tunnels].map(({ name }) => name).join(", ");
  return conclude("P1", findings, [
    `${count(publicHostnames.length, "hostname")} × ${count(hosts.length, "host")}: DNS → tunnel ${names} → ingress rule → running container on a port its image listens on`,
  ]);
}

/** Any further address record would be answered as well, and could name the machine itself. */
function tunnelBehind(
  hostname: string,
  edge: ObservedEdge,
  { broken }: Findings,
): ObservedTunnel | undefined {
  const records = edge.records.filter(
    ({ name, type }) => name.toLowerCase() === hostname && ["A", "AAAA", "CNAME"].includes(type),
  );
  const [record] = records;
  if (record === undefined || records.length > 1) {
    const found = records.map(({ type, content }) => `${type} ${content}`).join(", ") || "none";
    broken.push(
      `${hostname}: its address records are ${found}, expected exactly one proxied CNAME to the tunnel`,
    );
    return undefined;
  }
  const shown = `${hostname}: its DNS record is ${record.type} ${record.content}`;
  const tunnel = edge.tunnels.find(({ id }) => record.content.toLowerCase() === `${id}.cfargotunnel.com`);
  if (record.type !== "CNAME" || tunnel === undefined) {
    broken.push(`${shown}, expected a CNAME to <tunnel id>.cfargotunnel.com of a tunnel that exists`);
    return undefined;
  }
  if (!record.proxied) broken.push(`${shown} without proxy, expected a proxied one`);
  return tunnel;
}

function checkTunnel(tunnel: ObservedTunnel, hosts: readonly ObservedHost[], { broken }: Findings): void {
  const shown = `tunnel ${tunnel.name}`;
  if (tunnel.deleted) broken.push(`${shown} is deleted at Cloudflare, expected one that exists`);
  const last = tunnel.ingress.at(-1);
  if (last === undefined || last.hostname !== undefined || last.service !== "http_status:404")
    broken.push(
      `${shown}: its last ingress rule is ${last === undefined ? "missing" : `${last.hostname ?? "every hostname"} → ${last.service}`}, expected the catch-all http_status:404 without hostname`,
    );
  for (const { name } of hosts)
    if (!tunnel.connectors.includes(name))
      broken.push(`${shown} has no connector on ${name}, expected one on every host`);
}

/** Cloudflare sends a request to any connector: one that a retired machine still runs answers, or fails, like a host. */
function checkForeignConnectors(
  { name, connectors }: ObservedTunnel,
  known: ReadonlySet<string>,
  { broken }: Findings,
): void {
  for (const machine of connectors)
    if (!known.has(machine))
      broken.push(
        `tunnel ${name} has a connector on ${machine}, expected connectors on the hosts of the settings only: any request may be sent there`,
      );
}

function checkOnHost(
  { hostname, container: name, port }: Target,
  host: ObservedHost,
  { broken }: Findings,
): void {
  const container = host.containers.find((candidate) => candidate.name === name);
  if (container === undefined) {
    broken.push(`${hostname}: ${host.name} has no container ${name}`);
    return;
  }
  const shown = `${hostname}: ${on(container, host)}`;
  if (!serves(container)) broken.push(`${shown} ${stateOf(container)}`);
  if (!listensEverywhere(container, port)) {
    const sockets = container.listens.map((at) => `${at.address}:${at.port}`).join(", ") || "nothing";
    broken.push(`${shown} listens on ${sockets}, expected port ${port} on every address`);
  }
  const connectors = host.containers.filter((other) => other.running && hasImage(other, "cloudflared"));
  if (connectors.length === 0)
    broken.push(`${host.name} runs no cloudflared container, so no request gets in there`);
  else if (!connectors.some((connector) => sharedNetwork(connector, container) !== undefined))
    broken.push(
      `${shown} is on ${container.networks.join(", ") || "no network"}, expected a Docker network it shares with cloudflared`,
    );
}
