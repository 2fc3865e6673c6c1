import type { Catalogue } from "../catalogue/catalogue.ts";
import { addressNumber, blockOf, holds, overlap, tailnetBlock } from "../settings/addresses.ts";
import type { Problem } from "../settings/problem.ts";
import type { ExtraGrant, HostSettings, Settings } from "../settings/settings.ts";
import { guestTag, portsOf } from "./tailnet-policy.ts";

type Fault = Pick<Problem, "wrong" | "remedy">;

/** What Tailscale would refuse of the grants and administrators that a person named, and what would break promise P3. */
export function extraGrantProblems(
  settings: Settings,
  catalogue: Catalogue,
  file: string,
): readonly Problem[] {
  const { extraGrants, admins, tag } = settings.tailnet;
  const grants = extraGrants.flatMap((grant, i) =>
    [
      ...unknownNames(grant, settings),
      ...ownDevicesOfNobody(grant),
      ...openDatabases(grant, settings, catalogue),
      ...openToAnyDevice(grant, settings, catalogue),
    ].map((found) => ({ file, key: `kitestacks:tailnet.extraGrants[${i}]`, value: grant, ...found })),
  );
  const guests = admins.flatMap((admin, i) =>
    admin !== guestTag(tag)
      ? []
      : [
          {
            file,
            key: `kitestacks:tailnet.admins[${i}]`,
            value: admin,
            wrong: "the tag by which the policy tests that strangers reach nothing",
            remedy: "write another tag",
          },
        ],
  );
  return [...guests, ...grants];
}

/** The policy knows as hosts those of ours whose address is known. */
function unknownNames({ src, dst }: ExtraGrant, { hosts, tailnet }: Settings): readonly Fault[] {
  const known = hosts.flatMap(({ name, tailnetAddress }) => (tailnetAddress === undefined ? [] : [name]));
  return [...new Set([...src, ...dst])]
    .filter((name) => /^[a-z0-9-]+$/.test(name) && !known.includes(name))
    .map((name) => ({
      wrong: `the policy has no host ${name}`,
      remedy: hosts.some((host) => host.name === name)
        ? `write ${tailnet.tag}`
        : `write its address (\`tailscale ip -4\` prints it) or its tag${known.length === 0 ? "" : `; hosts are ${known.join(", ")}`}`,
    }));
}

/** Only a person has devices of their own; Tailscale refuses the rest. */
function ownDevicesOfNobody({ src, dst }: ExtraGrant): readonly Fault[] {
  const others = src.filter((selector) => selector !== "autogroup:member" && !selector.includes("@"));
  if (!dst.includes("autogroup:self") || others.length === 0) return [];
  return [
    {
      wrong: `${others.join(" and ")} cannot have autogroup:self as dst, which is for people's own devices`,
      remedy: "write autogroup:member or e-mail addresses in src",
    },
  ];
}

function openDatabases(grant: ExtraGrant, settings: Settings, catalogue: Catalogue): readonly Fault[] {
  if (!mayReach(grant, settings, ({ role }) => role === "hub")) return [];
  const shared = catalogue.filter(({ runsOn }) => runsOn === "hub");
  const open = shared.filter(({ tailnetPorts = [] }) => tailnetPorts.some(({ port }) => opens(grant, port)));
  if (open.length === 0) return [];
  const ports = open.flatMap(({ tailnetPorts = [] }) => tailnetPorts.map(({ port }) => port));
  return [
    {
      wrong: `it opens ${open.map(({ name }) => name).join(" and ")} of the hub, which only our hosts may reach`,
      remedy: `name other devices in dst, or leave ${ports.join(" and ")} out of ip`,
    },
  ];
}

/** The policy's own tests say that a device which nobody named reaches nothing of our hosts. */
function openToAnyDevice(grant: ExtraGrant, settings: Settings, catalogue: Catalogue): readonly Fault[] {
  const any = ["*", "autogroup:tagged", "autogroup:danger-all", guestTag(settings.tailnet.tag)];
  const strangers = grant.src.filter((selector) => any.includes(selector));
  const ports = [22, ...portsOf(catalogue).everywhere].filter((port) => opens(grant, port));
  if (strangers.length === 0 || ports.length === 0 || !mayReach(grant, settings, () => true)) return [];
  return [
    {
      wrong: `it lets devices that nobody named (${strangers.join(" and ")}) reach our hosts, which the policy's own tests forbid`,
      remedy: `write autogroup:member, e-mail addresses or tags in src, or leave ${ports.join(", ")} out of ip`,
    },
  ];
}

const mayReach = ({ dst }: ExtraGrant, settings: Settings, isMeant: (host: HostSettings) => boolean) =>
  settings.hosts.filter(isMeant).some((host) => dst.some((selector) => mayMean(selector, host, settings)));

/** Whether a destination may be a host of ours: strict where the policy alone does not tell. */
function mayMean(selector: string, host: HostSettings, { tailnet, server }: Settings): boolean {
  if (["*", tailnet.tag, host.name].includes(selector)) return true;
  const block = blockOf(selector.includes("/") ? selector : `${selector}/32`);
  if (block !== undefined) {
    const address = addressNumber(host.tailnetAddress ?? "");
    return address === undefined ? block.size > 1 && overlap(block, tailnetBlock) : holds(block, address);
  }
  if (host.role === "hub" && server.mode === "create") return selector === "autogroup:tagged";
  // A machine that joined by hand belongs to some person, or has whatever tags that person gave it.
  return selector.includes("@") || (selector.startsWith("autogroup:") && selector !== "autogroup:internet");
}

const opens = ({ ip }: ExtraGrant, port: number) => ip.some((range) => covers(range, port));

/** `tcp:5000-6000`, `5432`, `tcp:*`, `*`: whether a TCP port is in it. */
function covers(range: string, port: number): boolean {
  const [, protocol = "tcp", ports = ""] = /^(?:([a-z\d-]+):)?(.*)$/.exec(range) ?? [];
  if (protocol !== "tcp" && protocol !== "6") return false;
  if (ports === "*") return true;
  const [first = Number.NaN, last = first] = ports.split("-").map(Number);
  return first <= port && port <= last;
}
