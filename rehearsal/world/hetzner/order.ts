import { type Properties, ProviderError } from "../../provider/provider.ts";
import { flag, list, number, record, text, texts } from "../kit/values.ts";
import type { Server } from "../state.ts";
import type { Workings } from "../workings.ts";

function notFound(what: string, value: string, known: string[]): never {
  throw new ProviderError(`${what} ${value} not found (not_found): known are ${known.join(", ") || "none"}`);
}

/** What Hetzner refuses to build. */
export function checkOrder(workings: Workings, inputs: Properties): void {
  const { serverTypes, locations, images, sshKeys, firewalls } = workings.state.hetzner;
  const type = text(inputs["serverType"]);
  const location = text(inputs["location"]);
  const known = serverTypes[type] ?? notFound("server type", type, Object.keys(serverTypes));
  if (location !== "" && !locations[location]) notFound("location", location, Object.keys(locations));
  if (location !== "" && !known.locations.includes(location)) {
    throw new ProviderError(
      `unsupported location for server type (invalid_input): ${type} can be ordered at ${known.locations.join(", ")}, not at ${location}`,
    );
  }
  const image = text(inputs["image"]);
  if (!images.includes(image)) notFound("image", image, images);
  for (const key of texts(inputs["sshKeys"])) {
    const found = Object.values(sshKeys).some((entry) => entry.id === key || entry.name === key);
    if (!found)
      notFound(
        "SSH key",
        key,
        Object.values(sshKeys).map((entry) => entry.name),
      );
  }
  for (const id of list(inputs["firewallIds"])) {
    if (!firewalls[String(id)]) notFound("firewall", String(id), Object.keys(firewalls));
  }
}

export function checkProtection(inputs: Properties): void {
  if (flag(inputs["deleteProtection"]) !== flag(inputs["rebuildProtection"])) {
    throw new ProviderError(
      "delete protection and rebuild protection must have the same value (invalid_input)",
    );
  }
}

/** The primary IPv4 that the program assigns; "" when the server gets one of its own. */
export function primaryIpOf(
  workings: Workings,
  inputs: Properties,
  server: Pick<Server, "id" | "location">,
): string {
  const id = number(record(list(inputs["publicNets"])[0])["ipv4"]);
  if (id === 0) return "";
  const ip = workings.state.hetzner.primaryIps[String(id)];
  if (!ip) return notFound("primary IP", String(id), Object.keys(workings.state.hetzner.primaryIps));
  if (ip.assigneeId !== "" && ip.assigneeId !== server.id) {
    throw new ProviderError(
      `primary IP ${ip.name} is already assigned to server ${ip.assigneeId} (primary_ip_assigned)`,
    );
  }
  if (ip.location !== server.location) {
    throw new ProviderError(
      `primary IP ${ip.name} is at ${ip.location} and the server at ${server.location}: they must be at the same location (invalid_input)`,
    );
  }
  ip.assigneeId = server.id;
  return ip.id;
}
