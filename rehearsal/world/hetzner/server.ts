import { createHash } from "node:crypto";
import { type Properties, ProviderError, type Value } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { flag, list, sameMap, text, textMap, texts } from "../kit/values.ts";
import type { Server } from "../state.ts";
import type { Workings } from "../workings.ts";
import { boot, shutDown, usableMiB } from "./boot.ts";
import { checkOrder, checkProtection, primaryIpOf } from "./order.ts";

/** The provider keeps only this of the user data in the state (base64 of its SHA-1). */
function userDataHash(userData: string): string {
  return userData === "" ? "" : createHash("sha1").update(userData).digest("base64");
}

const sameUserData = (stored: Value | undefined, wanted: Value | undefined): boolean =>
  wanted === undefined || typeof wanted === "string"
    ? text(stored) === text(wanted) || text(stored) === userDataHash(text(wanted))
    : false;

const MAX_USER_DATA = 32_768;

function outputsOf(workings: Workings, server: Server): Properties {
  const { machines, hetzner } = workings.state;
  const away = Object.values(machines).find((machine) => machine.serverId === server.id)?.away;
  return {
    name: server.name,
    serverType: server.serverType,
    location: server.location,
    image: server.image,
    labels: server.labels,
    firewallIds: server.firewallIds.map(Number),
    backups: server.backups,
    backupWindow: "",
    datacenter: "",
    deleteProtection: server.deleteProtection,
    rebuildProtection: server.rebuildProtection,
    ipv4Address: server.ipv4,
    ipv6Address: server.ipv6,
    ipv6Network: server.ipv6.replace(/1$/, "/64"),
    primaryDiskSize: hetzner.serverTypes[server.serverType]?.diskGB ?? 0,
    status: away ? "off" : "running",
  };
}

function apply(workings: Workings, server: Server, inputs: Properties): void {
  const previous = workings.state.hetzner.primaryIps[server.primaryIpv4];
  server.primaryIpv4 = primaryIpOf(workings, inputs, server);
  if (previous && previous.id !== server.primaryIpv4) previous.assigneeId = "";
  server.ipv4 = workings.state.hetzner.primaryIps[server.primaryIpv4]?.address ?? server.ipv4;
  server.name = text(inputs["name"]) || server.name;
  server.serverType = text(inputs["serverType"]);
  server.labels = textMap(inputs["labels"]);
  server.firewallIds = list(inputs["firewallIds"]).map(String);
  server.backups = flag(inputs["backups"]);
  server.deleteProtection = flag(inputs["deleteProtection"]);
  server.rebuildProtection = flag(inputs["rebuildProtection"]);
}

function find(workings: Workings, id: string): Server {
  const server = workings.state.hetzner.servers[id];
  if (!server) throw new ProviderError(`server with ID '${id}' not found (not_found)`);
  return server;
}

/** A Hetzner server. What its first boot does is in `boot.ts`. */
export function serverKind(workings: Workings): ResourceKind {
  const { state, mint } = workings;
  const { servers, primaryIps } = state.hetzner;
  return {
    schema: {
      inputs: {
        name: { computed: true },
        serverType: { required: true },
        image: { replaces: true, computed: true },
        location: { replaces: true, computed: true },
        datacenter: { computed: true },
        userData: { replaces: true, same: sameUserData },
        sshKeys: { replaces: true },
        labels: { same: sameMap },
        firewallIds: { computed: true, unordered: true },
        publicNets: {},
        keepDisk: {},
        backups: {},
        deleteProtection: {},
        rebuildProtection: {},
        shutdownBeforeDeletion: {},
        ignoreRemoteFirewallIds: {},
        allowDeprecatedImages: {},
      },
      outputs: ["ipv4Address", "ipv6Address", "ipv6Network", "status", "primaryDiskSize", "backupWindow"],
    },
    check(inputs) {
      const failures = [];
      if (inputs["datacenter"] !== undefined) {
        failures.push({
          property: "datacenter",
          reason: "Removed Attribute: use location instead of datacenter",
        });
      }
      return { failures };
    },
    create({ urn, name, inputs }) {
      checkOrder(workings, inputs);
      checkProtection(inputs);
      if (text(inputs["userData"]).length > MAX_USER_DATA) {
        throw new ProviderError(
          `invalid input in field 'user_data' (invalid_input): longer than ${MAX_USER_DATA} characters`,
        );
      }
      const wanted = text(inputs["name"]) || name;
      if (Object.values(servers).some((server) => server.name === wanted)) {
        throw new ProviderError(`server name is already used (uniqueness_error): ${wanted}`);
      }
      mint.begin(urn);
      const [a, b] = mint.bytes(urn, "ipv4", 2);
      const server: Server = {
        id: mint.digits(urn, "id", 8),
        name: wanted,
        serverType: "",
        location: text(inputs["location"]) || "fsn1",
        image: text(inputs["image"]),
        userData: text(inputs["userData"]),
        sshKeys: texts(inputs["sshKeys"]),
        firewallIds: [],
        labels: {},
        ipv4: `5.78.${a ?? 0}.${b ?? 0}`,
        ipv6: `2a01:4ff:1f0:${mint.hex(urn, "ipv6", 4)}::1`,
        primaryIpv4: "",
        deleteProtection: false,
        rebuildProtection: false,
        backups: false,
        createdAt: state.clock,
        boot: [],
      };
      apply(workings, server, inputs);
      servers[server.id] = server;
      boot(workings, urn, server);
      return {
        id: server.id,
        outputs: { ...outputsOf(workings, server), userData: userDataHash(server.userData) },
      };
    },
    read({ id }) {
      const server = servers[id];
      return server && { outputs: outputsOf(workings, server) };
    },
    update({ id, olds, news }) {
      const server = find(workings, id);
      checkOrder(workings, { ...news, sshKeys: [], image: server.image });
      checkProtection(news);
      apply(workings, server, news);
      const machine = Object.values(state.machines).find((entry) => entry.serverId === id);
      const type = state.hetzner.serverTypes[server.serverType];
      // A change of type switches the server off and on again with the new size.
      if (machine && type) machine.ramMiB = usableMiB(type.memoryGB);
      return { outputs: { ...outputsOf(workings, server), userData: olds["userData"] ?? "" } };
    },
    delete({ id }) {
      // The provider lifts delete protection itself: only Pulumi's `protect` guards a server.
      const server = servers[id];
      if (!server) return;
      const ip = primaryIps[server.primaryIpv4];
      if (ip) ip.assigneeId = "";
      if (ip?.autoDelete) delete primaryIps[ip.id];
      shutDown(workings, server);
      delete servers[id];
    },
  };
}
