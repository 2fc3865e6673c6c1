import { addressNumber, holds, tailnetBlock } from "../settings/addresses.ts";

/** A device as the Tailscale API lists it. It does not say which key it came with. */
export interface ListedDevice {
  /** Its name on the tailnet, `cloud-1.tail1234.ts.net`: of two that ask for the same name one gets a number. */
  readonly name: string;
  /** The name that the machine chose itself. */
  readonly hostname: string;
  readonly nodeId: string;
  readonly addresses: readonly string[];
  readonly tags: readonly string[];
  /** RFC 3339, as the two of the key. */
  readonly created: string;
}

/** The one-time key that a machine joined with. */
export interface UsedKey {
  /** `kFGiAS7CNTRL`. It is no secret. */
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly tags: readonly string[];
}

/**
 * The name that a new machine joins the tailnet under: nobody else has one of this key. The length is that of a DNS label.
 */
export function joinName(host: string, keyId: string): string {
  const own = keyId.replace(/CNTRL$/, "").toLowerCase();
  return `${host.slice(0, 62 - own.length)}-${own}`;
}

/**
 * The tailnet address of the device that the key made; undefined while there is none. A name is not enough, because
 * anybody may take it: once everything was deployed to an older machine of the hub's name. The device has a tag that
 * only the key or an administrator gives, and came while the key was good. Machines made before names had the key's id
 * have the host's own name.
 * @throws Error where two may be it, or where it has no address of the tailnet
 */
export function joinedAddress(
  devices: readonly ListedDevice[],
  host: string,
  key: UsedKey,
): string | undefined {
  const made = devices.filter((device) => isTagged(device, key) && cameWith(device, key));
  const own = made.filter(({ hostname }) => hostname === joinName(host, key.id));
  const found = own.length > 0 ? own : made.filter(({ hostname }) => hostname === host);
  const [device, ...others] = found;
  if (device === undefined) return undefined;
  if (others.length > 0)
    throw new Error(
      `More than one device may be ${host}: ${found.map(described).join(", ")}. Remove the others at ` +
        `https://login.tailscale.com/admin/machines, or ${remedy(host, "the right one")}.`,
    );
  const address = device.addresses.find(isOfTailnet);
  if (address === undefined)
    throw new Error(
      `${described(device)} has no IPv4 address of the tailnet, so nothing is deployed to it: ${remedy(host, "the machine")}.`,
    );
  return address;
}

const isTagged = ({ tags }: ListedDevice, key: UsedKey) => tags.some((tag) => key.tags.includes(tag));

const cameWith = ({ created }: ListedDevice, { createdAt, expiresAt }: UsedKey) =>
  Date.parse(created) >= Date.parse(createdAt) && Date.parse(created) <= Date.parse(expiresAt);

function isOfTailnet(address: string): boolean {
  const number = addressNumber(address);
  return number !== undefined && holds(tailnetBlock, number);
}

/** Why there is no address, and who else is called like the machine. */
export function didNotJoin(
  devices: readonly ListedDevice[],
  host: string,
  key: UsedKey,
  failure: string,
): string {
  const names = [joinName(host, key.id), host];
  const others = devices.filter(({ hostname }) => names.includes(hostname));
  const said = failure === "" ? "" : ` (${failure})`;
  return (
    `${host} did not join the tailnet${said}. Its join key works once and for an hour: ` +
    'see "The VPS did not join the tailnet" in docs/operating.md.' +
    (others.length === 0
      ? ""
      : ` Of that name, but without ${key.tags.join(" or ")} or not made between ${key.createdAt} and ${key.expiresAt}, ` +
        `when the key was good: ${others.map(described).join(", ")}. If one of them is the machine, ${remedy(host, "it")}.`)
  );
}

const described = ({ name, nodeId, addresses, tags, created }: ListedDevice) =>
  `${name} (${[addresses.join(" "), nodeId, tags.join(" ") || "no tag", `created ${created}`].join(", ")})`;

const remedy = (host: string, which: string) =>
  `write the address of ${which} as kitestacks:host.tailnetAddress of Pulumi.${host}.yaml`;
