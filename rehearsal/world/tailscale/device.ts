import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { flag, sameSet, text, texts } from "../kit/values.ts";
import type { Device } from "../state.ts";
import type { Workings } from "../workings.ts";
import { tagProblem } from "./client.ts";

function deviceById(workings: Workings, id: string): Device {
  const device = workings.state.tailscale.devices[id];
  if (!device)
    throw new ProviderError(`Failed to fetch device ${id}: no device with that id on the tailnet (404)`);
  return device;
}

export function deviceKeyKind(workings: Workings): ResourceKind {
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

export function deviceTagsKind(workings: Workings): ResourceKind {
  const put = (id: string, tags: string[], config: Properties): void => {
    const device = deviceById(workings, id);
    const problem = tagProblem(workings, config, tags);
    if (problem !== undefined)
      throw new ProviderError(
        `Failed to set device tags: requested tags [${tags.join(" ")}] are invalid or not permitted (400): ${problem}`,
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
    create({ inputs, instance }) {
      const deviceId = text(inputs["deviceId"]);
      put(deviceId, texts(inputs["tags"]), instance.config);
      return { id: deviceId, outputs: {} };
    },
    read({ id }) {
      const device = workings.state.tailscale.devices[id];
      return device && { outputs: { deviceId: id, tags: device.tags } };
    },
    update({ id, news, instance }) {
      put(id, texts(news["tags"]), instance.config);
      return { outputs: {} };
    },
    delete({ id, instance }) {
      if (workings.state.tailscale.devices[id]) put(id, [], instance.config);
    },
  };
}

/** Times as the provider answers them: to the second. */
export const toTheSecond = (time: string): string => time.replace(/\.\d+Z$/, "Z");

/** Of several devices with one host name every later one gets a number: cloud, cloud-1, cloud-2. */
function nameOf(workings: Workings, { id, hostname }: Device): string {
  const before = devices(workings).filter((other) => other.hostname === hostname);
  const number = before.findIndex((other) => other.id === id);
  return `${hostname}${number > 0 ? `-${number}` : ""}.tailnet.ts.net`;
}

function describe(workings: Workings, device: Device): Properties {
  return {
    id: device.id,
    nodeId: device.id,
    name: nameOf(workings, device),
    hostname: device.hostname,
    addresses: [device.address, `fd7a:115c:a1e0::${device.address.split(".").slice(2).join(":")}`],
    authorized: true,
    blocksIncomingConnections: false,
    clientVersion: "",
    created: toTheSecond(device.createdAt),
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

export function getDevice(workings: Workings, args: Properties): Properties {
  const hostname = text(args["hostname"]);
  const name = text(args["name"]);
  const found = devices(workings).find(
    (device) =>
      (hostname && device.hostname === hostname) || (name && describe(workings, device)["name"] === name),
  );
  if (found) return { ...describe(workings, found), ...args };
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

export function getDevices(workings: Workings, args: Properties): Properties {
  if (args["filters"] !== undefined)
    throw new ProviderError("the simulated tailnet does not filter: how the API does it was not seen");
  const prefix = text(args["namePrefix"]);
  const found = devices(workings)
    .map((device) => describe(workings, device))
    .filter((one) => text(one["name"]).startsWith(prefix));
  return { ...args, id: "devices", devices: found };
}
