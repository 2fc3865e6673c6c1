import type * as pulumi from "@pulumi/pulumi";
import { getDevice } from "@pulumi/tailscale/getDevice.js";
import { getDevices } from "@pulumi/tailscale/getDevices.js";
import { didNotJoin, joinedAddress, joinName, type UsedKey } from "../plan/joined-device.ts";

/** The tailnet address of the machine that a key lets join; waits for it, and then says what to do about one that did not. */
export async function joined(host: string, key: UsedKey, options: pulumi.InvokeOptions): Promise<string> {
  const listed = async () => (await getDevices({}, options)).devices ?? [];
  const present = joinedAddress(await listed(), host, key);
  if (present !== undefined) return present;
  // Of the two look-ups only this one waits; which device it is the list decides.
  const wait = getDevice({ hostname: joinName(host, key.id), waitFor: "300s" }, options);
  const failure = await wait.then(
    () => "",
    (error: Error) => error.message,
  );
  const devices = await listed();
  const address = joinedAddress(devices, host, key);
  if (address === undefined) throw new Error(didNotJoin(devices, host, key, failure));
  return address;
}
