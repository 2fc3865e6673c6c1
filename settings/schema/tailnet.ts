import { fault } from "./fault.ts";
import { choice, complain, distinct, formed, list, section } from "./forms.ts";

const tagForm = /^tag:[a-z][a-z0-9-]*$/;

const explainTag = (value: string): string | undefined =>
  tagForm.test(`tag:${value}`) ? fault("a tag without its prefix", `write tag:${value}`) : undefined;

const tag = "tag:[a-z][a-z0-9-]*";
const email = String.raw`[^\s@:/]+@[^\s@:/]+`;
const octet = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const addresses = String.raw`${octet}(\.${octet}){3}(\/(3[0-2]|[12]\d|[1-9]))?`;
const hostName = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
const roles = "admin|owner|it-admin|network-admin";

/** The policy that the program writes has no groups and, as hosts, our own only: nothing else can be named in it. */
function explainParty(value: string): string | undefined {
  if (value.startsWith("group:"))
    return fault("a group, and the written policy has none", "write the e-mail address of each member");
  if (value === "autogroup:members") return fault("the old name of a group", "write autogroup:member");
  return /\/0$/.test(value) ? fault("every address there is", 'write "*"') : undefined;
}

const person = formed(
  "who administers: autogroup:admin, tag:… or an e-mail address",
  new RegExp(`^(autogroup:(${roles})|${tag}|${email})$`),
  "nobody the tailnet policy can name as an administrator",
  explainParty,
);

const party = (autogroups: string) =>
  formed(
    "a device or person as the policy file names them, e.g. autogroup:member, tag:nas, 100.64.0.9 or an e-mail address",
    new RegExp(
      String.raw`^(\*|autogroup:(member|tagged|${roles}|billing-admin|auditor|${autogroups})|${tag}|${email}|${addresses}|${hostName})$`,
    ),
    "not a name that the written policy can hold here",
    explainParty,
  );

const grantedPorts = formed(
  'the ports as the policy file writes them, e.g. "tcp:443", "22" or "*"',
  /^((tcp|udp|icmp|ipv6-icmp|sctp|gre|esp|ah|igmp|ipv4|\d{1,3}):)?(\*|\d{1,5}(-\d{1,5})?)$/,
  "not ports of the policy file",
).superRefine((value, context) => complain(context, portFault(value)));

/** Tailscale refuses the whole policy for one of these. */
function portFault(value: string): string | undefined {
  const [, protocol = "0"] = /^(\d+):/.exec(value) ?? [];
  const [first = 0, last = first] = (/[\d-]+$/.exec(value)?.[0] ?? "").split("-").map(Number);
  if (Number(protocol) > 255) return fault("a protocol above 255", "write its number at IANA");
  if (last > 65535) return fault("a port above 65535", "write a port up to 65535");
  return first > last ? fault("a range that ends before it begins", `write ${last}-${first}`) : undefined;
}

const extraGrant = section("a grant: src, dst and ip, as in the policy file", {
  src: distinct("at least one source", party("shared|danger-all"), 1),
  dst: distinct("at least one destination", party("self|internet"), 1),
  ip: distinct("at least one port", grantedPorts, 1),
});

export const tailnet = section("the tailnet: OAuth client, tag, administrators", {
  oauthClientId: formed(
    "the id of the Tailscale OAuth client with the scopes policy_file, devices:core:read and, to create a VPS, auth_keys with the tag below",
    /^(?!tskey-)[A-Za-z0-9]{8,}$/,
    "not the id of an OAuth client",
  ),
  tag: formed("the tag of every host, e.g. tag:kitestacks", tagForm, "not a tag", explainTag).default(
    "tag:kitestacks",
  ),
  admins: distinct("who may log in over SSH and open what is for administrators", person, 1).default([
    "autogroup:admin",
  ]),
  policy: choice(
    "how the tailnet policy begins: adopt imports one that was edited, if only to define the tag; create writes over that or an untouched one",
    ["create", "adopt"],
  ).default("create"),
  extraGrants: list("grants of other devices to keep", extraGrant).default([]),
});
