import { BlockList, isIP } from "node:net";

function blocks(...cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = "", prefix] = cidr.split("/");
    list.addSubnet(network, Number(prefix), network.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}

const loopback = blocks("127.0.0.0/8", "::1/128");
/** RFC 1918 and unique local addresses. */
const privateUse = blocks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");
/** Not routed either: no address, link-local, and the carrier range that Tailscale takes its addresses from. */
const notRouted = blocks("0.0.0.0/8", "::/128", "169.254.0.0/16", "fe80::/10", "100.64.0.0/10");

function inBlocks(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? "ipv6" : "ipv4");
}

/** Every address of the machine: how Docker, Go and `ss` write it. */
export function isAnyAddress(address: string): boolean {
  return ["", "*", "0.0.0.0", "::", "[::]"].includes(address);
}

export function isLoopback(address: string): boolean {
  return address === "localhost" || inBlocks(loopback, address);
}

export function isPrivate(address: string): boolean {
  return inBlocks(privateUse, address);
}

/** An address that the Internet routes. */
export function isPublic(address: string): boolean {
  return isIP(address) !== 0 && ![loopback, privateUse, notRouted].some((list) => inBlocks(list, address));
}

/** Whether the address is one of these addresses and subnets, or inside one. What is neither holds no address. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  return ranges.some((range) => range === address || (isSubnet(range) && inBlocks(blocks(range), address)));
}

function isSubnet(range: string): boolean {
  const [network = "", prefix = "", ...rest] = range.split("/");
  const version = isIP(network);
  return (
    version !== 0 &&
    rest.length === 0 &&
    /^\d{1,3}$/.test(prefix) &&
    Number(prefix) <= (version === 6 ? 128 : 32)
  );
}
