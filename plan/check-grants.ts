import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Problem } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * Promise P3: a grant kept for other devices must not open the shared databases. Strict on purpose: a range of
 * addresses counts as if the hub were in it.
 */
export function extraGrantProblems(
  settings: Settings,
  catalogue: Catalogue,
  file: string,
): readonly Problem[] {
  const shared = catalogue.filter(({ runsOn }) => runsOn === "hub");
  return settings.tailnet.extraGrants.flatMap((grant, i) => {
    if (!grant.dst.some((selector) => mayBeHub(selector, settings))) return [];
    const open = shared.filter(({ tailnetPorts = [] }) =>
      tailnetPorts.some(({ port }) => grant.ip.some((range) => covers(range, port))),
    );
    if (open.length === 0) return [];
    const ports = open.flatMap(({ tailnetPorts = [] }) => tailnetPorts.map(({ port }) => port));
    return [
      {
        file,
        key: `kitestacks:tailnet.extraGrants[${i}]`,
        value: grant,
        wrong: `it opens ${open.map(({ name }) => name).join(" and ")} of the hub, which only our hosts may reach`,
        remedy: `name other devices in dst, or leave ${ports.join(" and ")} out of ip`,
      },
    ];
  });
}

function mayBeHub(selector: string, { tailnet, hosts }: Settings): boolean {
  const hub = hosts.find(({ role }) => role === "hub");
  const names = ["*", tailnet.tag, "autogroup:tagged", hub?.name, hub?.tailnetAddress];
  return names.includes(selector) || /^[\d.:a-f]+[/-]/.test(selector);
}

/** `tcp:5000-6000`, `5432`, `tcp:*`, `*`: whether a TCP port is in it. */
function covers(range: string, port: number): boolean {
  const [, protocol = "tcp", ports = ""] = /^(?:([a-z\d-]+):)?(.*)$/.exec(range) ?? [];
  if (protocol !== "tcp" && protocol !== "6") return false;
  if (ports === "*") return true;
  const [first = Number.NaN, last = first] = ports.split("-").map(Number);
  return first <= port && port <= last;
}
