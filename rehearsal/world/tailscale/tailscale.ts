import { type Properties, type Provider, ProviderError } from "../../provider/provider.ts";
import { cloud, type ResourceKind } from "../kit/cloud.ts";
import type { PropertyRule } from "../kit/schema.ts";
import { flag, number, sameSet, text, texts } from "../kit/values.ts";
import type { Device, TailnetKey } from "../state.ts";
import type { Workings } from "../workings.ts";
import { failingTests, ownsTag } from "./access.ts";
import { formatted } from "./hujson.ts";
import { parsePolicy } from "./policy.ts";
import { DEFAULT_POLICY, policyInForce } from "./tailnet.ts";

const SECONDS_PER_DAY = 86_400;

/** Puts a policy in force, or refuses it as Tailscale's API does: malformed, or one of its own tests fails. */
function putPolicy(workings: Workings, policy: string): void {
  const { tailscale } = workings.state;
  const failures = failingTests(parsePolicy(policy), tailscale);
  if (failures.length > 0) {
    throw new ProviderError(`Failed to set ACL: test(s) failed (400):\n  ${failures.join("\n  ")}`);
  }
  tailscale.policy = policy;
  tailscale.policyIsDefault = false;
}

function aclKind(workings: Workings): ResourceKind {
  const { tailscale } = workings.state;
  const acl: PropertyRule = {
    required: true,
    same: (stored, wanted) =>
      typeof wanted === "string" && typeof stored === "string" && formatted(stored) === formatted(wanted),
  };
  return {
    schema: { inputs: { acl, overwriteExistingContent: {}, resetAclOnDestroy: {} }, outputs: [] },
    create({ inputs }) {
      if (!flag(inputs["overwriteExistingContent"]) && !tailscale.policyIsDefault) {
        throw new ProviderError(
          "Failed to set ACL: ! You seem to be trying to overwrite a non-default ACL with a tailscale_acl resource. " +
            'Before doing this, please import your existing ACL into Terraform state using "acl" as the id (412)',
        );
      }
      putPolicy(workings, text(inputs["acl"]));
      return { id: "acl", outputs: {} };
    },
    read: () => ({ id: "acl", outputs: { acl: tailscale.policy } }),
    update({ news }) {
      putPolicy(workings, text(news["acl"]));
      return { outputs: {} };
    },
    delete({ state }) {
      if (!flag(state["resetAclOnDestroy"])) return;
      tailscale.policy = DEFAULT_POLICY;
      tailscale.policyIsDefault = true;
    },
  };
}

function isInvalid(workings: Workings, key: TailnetKey | undefined): boolean {
  if (!key || key.revoked || key.expiresAt <= workings.state.clock) return true;
  return !key.reusable && key.uses > 0;
}

/** `recreateIfInvalid` unset: a reusable key is made again once it is invalid, a one-time key is not. */
function recreates(rule: string, reusable: boolean): boolean {
  return rule === "always" || (rule === "" && reusable);
}

function keyKind(workings: Workings): ResourceKind {
  const { state, mint } = workings;
  const { tailscale } = state;
  const replaced = (more: PropertyRule = {}): PropertyRule => ({ replaces: true, ...more });
  return {
    schema: {
      inputs: {
        reusable: replaced({ default: false }),
        ephemeral: replaced({ default: false }),
        preauthorized: replaced({ computed: true }),
        tags: replaced({ unordered: true }),
        expiry: replaced({ computed: true }),
        description: replaced({ computed: true }),
        userId: replaced({ computed: true }),
        recreateIfInvalid: {},
      },
      outputs: ["key", "createdAt", "expiresAt", "invalid"],
    },
    secretOutputs: ["key"],
    check(inputs) {
      const description = text(inputs["description"]);
      const failures =
        description.length > 50
          ? [{ property: "description", reason: "description must be 50 characters or less" }]
          : [];
      return { failures };
    },
    create({ urn, inputs }) {
      const tags = texts(inputs["tags"]);
      const policy = policyInForce(tailscale);
      const unowned = tags.filter((tag) => !ownsTag(policy, tailscale.operator, tag));
      if (unowned.length > 0) {
        throw new ProviderError(
          `Failed to create key: requested tags [${unowned.join(" ")}] are invalid or not permitted (400): ` +
            "the policy in force names no owner for them in tagOwners",
        );
      }
      if (tags.length === 0 && tailscale.oauthClients.length > 0 && tailscale.apiKeys.length === 0) {
        throw new ProviderError("Failed to create key: tailnet-owned auth key must have tags set (400)");
      }
      mint.begin(urn);
      const id = `k${mint.pick(urn, "key id", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789", 12)}CNTRL`;
      const secret = mint.pick(urn, "key", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789", 32);
      const seconds = number(inputs["expiry"]) || 90 * SECONDS_PER_DAY;
      const expiresAt = new Date(Date.parse(state.clock) + seconds * 1000).toISOString();
      const made: TailnetKey = {
        id,
        key: `tskey-auth-${id}-${secret}`,
        tags,
        reusable: flag(inputs["reusable"]),
        ephemeral: flag(inputs["ephemeral"]),
        preauthorized: flag(inputs["preauthorized"]),
        description: text(inputs["description"]),
        createdAt: state.clock,
        expiresAt,
        uses: 0,
        revoked: false,
      };
      tailscale.keys[id] = made;
      return {
        id,
        outputs: { key: made.key, createdAt: state.clock, expiresAt, expiry: seconds, invalid: false },
      };
    },
    plan({ olds, news }, plan) {
      const again = recreates(text(news["recreateIfInvalid"]), flag(news["reusable"]));
      if (!flag(olds["invalid"]) || !again) return plan;
      return {
        ...plan,
        changes: "some",
        diffs: [...plan.diffs, "invalid"],
        replaces: [...plan.replaces, "invalid"],
      };
    },
    // A key that is gone or used up stays in the state: only `invalid` tells.
    read: ({ id }) => ({ outputs: { invalid: isInvalid(workings, tailscale.keys[id]) } }),
    update: () => ({ outputs: {} }),
    delete({ id }) {
      const key = tailscale.keys[id];
      if (key) key.revoked = true;
    },
  };
}

function deviceById(workings: Workings, id: string): Device {
  const device = workings.state.tailscale.devices[id];
  if (!device)
    throw new ProviderError(`Failed to fetch device ${id}: no device with that id on the tailnet (404)`);
  return device;
}

function deviceKeyKind(workings: Workings): ResourceKind {
  const put = (id: string, disabled: boolean): void => {
    deviceById(workings, id).keyExpiryDisabled = disabled;
  };
  return {
    schema: {
      inputs: { deviceId: { required: true, replaces: true }, keyExpiryDisabled: { default: false } },
      outputs: [],
    },
    create({ inputs }) {
      const deviceId = text(inputs["deviceId"]);
      put(deviceId, flag(inputs["keyExpiryDisabled"]));
      return { id: deviceId, outputs: {} };
    },
    read({ id }) {
      const device = workings.state.tailscale.devices[id];
      return device && { outputs: { deviceId: id, keyExpiryDisabled: device.keyExpiryDisabled } };
    },
    update({ id, news }) {
      put(id, flag(news["keyExpiryDisabled"]));
      return { outputs: {} };
    },
    delete({ id }) {
      if (workings.state.tailscale.devices[id]) put(id, false);
    },
  };
}

function deviceTagsKind(workings: Workings): ResourceKind {
  const put = (id: string, tags: string[]): void => {
    const device = deviceById(workings, id);
    const policy = policyInForce(workings.state.tailscale);
    const unowned = tags.find((tag) => !ownsTag(policy, workings.state.tailscale.operator, tag));
    if (unowned)
      throw new ProviderError(
        `Failed to set device tags: requested tag ${unowned} is invalid or not permitted (400)`,
      );
    device.tags = tags;
    // A device that has tags belongs to them and no longer to a person.
    device.user = tags.length > 0 ? "" : workings.state.tailscale.operator;
  };
  return {
    schema: {
      inputs: { deviceId: { required: true, replaces: true }, tags: { required: true, same: sameSet } },
      outputs: [],
    },
    create({ inputs }) {
      const deviceId = text(inputs["deviceId"]);
      put(deviceId, texts(inputs["tags"]));
      return { id: deviceId, outputs: {} };
    },
    read({ id }) {
      const device = workings.state.tailscale.devices[id];
      return device && { outputs: { deviceId: id, tags: device.tags } };
    },
    update({ id, news }) {
      put(id, texts(news["tags"]));
      return { outputs: {} };
    },
    delete({ id }) {
      if (workings.state.tailscale.devices[id]) put(id, []);
    },
  };
}

function describe(device: Device): Properties {
  return {
    id: device.id,
    nodeId: device.id,
    name: `${device.hostname}.tailnet.ts.net`,
    hostname: device.hostname,
    addresses: [device.address],
    authorized: true,
    blocksIncomingConnections: false,
    clientVersion: "",
    created: device.createdAt,
    expires: "",
    isExternal: false,
    keyExpiryDisabled: device.keyExpiryDisabled,
    lastSeen: "",
    machineKey: "",
    nodeKey: "",
    os: "linux",
    tags: device.tags,
    tailnetLockError: "",
    tailnetLockKey: "",
    updateAvailable: false,
    user: device.user,
  };
}

/** Oldest first: of several devices with one host name the provider takes the first, a trap after a rebuild. */
function devices(workings: Workings): Device[] {
  return Object.values(workings.state.tailscale.devices).sort((a, b) =>
    a.createdAt === b.createdAt ? a.id.localeCompare(b.id) : a.createdAt.localeCompare(b.createdAt),
  );
}

function getDevice(workings: Workings, args: Properties): Properties {
  const hostname = text(args["hostname"]);
  const name = text(args["name"]);
  const found = devices(workings).find(
    (device) => (hostname && device.hostname === hostname) || (name && describe(device)["name"] === name),
  );
  if (found) return { ...describe(found), ...args };
  const waited = text(args["waitFor"]);
  throw new ProviderError(
    `Could not find device with ${hostname ? "hostname" : "name"}=${hostname || name}` +
      `${waited ? ` after waiting ${waited}` : ""}: the tailnet's devices are ` +
      `${
        devices(workings)
          .map((device) => device.hostname)
          .join(", ") || "none"
      }`,
  );
}

function connect(workings: Workings, config: Properties): void {
  const { apiKeys, oauthClients } = workings.state.tailscale;
  const known =
    apiKeys.includes(text(config["apiKey"])) ||
    oauthClients.some(
      (client) =>
        client.id === text(config["oauthClientId"]) && client.secret === text(config["oauthClientSecret"]),
    );
  if (known) return;
  throw new ProviderError(
    "API token invalid (401): neither apiKey nor oauthClientId with oauthClientSecret of the Tailscale provider is known to the tailnet",
  );
}

/** `@pulumi/tailscale`: one tailnet with its policy, devices and join keys. */
export function tailscaleProvider(workings: Workings): Provider {
  return cloud({
    connect: (instance) => connect(workings, instance.config),
    kinds: {
      "tailscale:index/acl:Acl": aclKind(workings),
      "tailscale:index/tailnetKey:TailnetKey": keyKind(workings),
      "tailscale:index/deviceKey:DeviceKey": deviceKeyKind(workings),
      "tailscale:index/deviceTags:DeviceTags": deviceTagsKind(workings),
    },
    invokes: {
      "tailscale:index/getDevice:getDevice": { run: (args) => getDevice(workings, args) },
      "tailscale:index/getDevices:getDevices": {
        run(args) {
          const prefix = text(args["namePrefix"]);
          const found = devices(workings).map(describe);
          return {
            ...args,
            id: "devices",
            devices: found.filter((one) => text(one["name"]).startsWith(prefix)),
          };
        },
      },
    },
  });
}
