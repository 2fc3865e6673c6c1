import { fault } from "./fault.ts";
import { choice, distinct, formed, list, section } from "./forms.ts";

const tagForm = /^tag:[a-z][a-z0-9-]*$/;

const explainTag = (value: string): string | undefined =>
  tagForm.test(`tag:${value}`) ? fault("a tag without its prefix", `write tag:${value}`) : undefined;

const person = formed(
  "who administers: autogroup:admin, group:…, tag:… or an e-mail address",
  /^(autogroup:[a-z-]+|group:[a-z0-9-]+|tag:[a-z][a-z0-9-]*|[^\s@:]+@[^\s@:]+)$/,
  "nobody the tailnet policy can name",
);

const party = formed(
  "a device or person as the policy file names them, e.g. autogroup:member or tag:nas",
  /^\S+$/,
  "not a name of the policy file",
);

const grantedPorts = formed(
  'the ports as the policy file writes them, e.g. "tcp:443", "22" or "*"',
  /^([a-z0-9-]+:)?(\*|\d{1,5}(-\d{1,5})?)$/,
  "not ports of the policy file",
);

const extraGrant = section("a grant: src, dst and ip, as in the policy file", {
  src: distinct("at least one source", party, 1),
  dst: distinct("at least one destination", party, 1),
  ip: distinct("at least one port", grantedPorts, 1),
});

export const tailnet = section("the tailnet: OAuth client, tag, administrators", {
  oauthClientId: formed(
    "the id of the Tailscale OAuth client with the scopes policy_file, auth_keys and devices:core",
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
    "how the tailnet policy begins: create takes over the untouched default policy, adopt imports the one that exists",
    ["create", "adopt"],
  ).default("create"),
  extraGrants: list("grants of other devices to keep", extraGrant).default([]),
});
