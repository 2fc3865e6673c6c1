import { isIPv4 } from "node:net";

/** A block of IPv4 addresses: the first one as a number, and how many there are. */
export interface Block {
  readonly first: number;
  readonly size: number;
  readonly prefix: number;
}

/** Undefined when the text is no IPv4 address in dotted decimals. */
export function addressNumber(text: string): number | undefined {
  return isIPv4(text) ? text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
}

export const addressText = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");

/** Undefined when the text is not `a.b.c.d/0…32`. The bits after the prefix are dropped. */
export function blockOf(text: string): Block | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const number = addressNumber(address);
  if (number === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || Number(length) > 32)
    return undefined;
  const size = 2 ** (32 - Number(length));
  return { first: number - (number % size), size, prefix: Number(length) };
}

export const blockText = (block: Block): string => `${addressText(block.first)}/${block.prefix}`;

export const holds = (block: Block, address: number): boolean =>
  address >= block.first && address < block.first + block.size;

export const overlap = (a: Block, b: Block): boolean =>
  a.first < b.first + b.size && b.first < a.first + a.size;

export const isInside = (inner: Block, outer: Block): boolean =>
  inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;

const known = (first: string, prefix: number): Block => ({
  first: addressNumber(first) ?? Number.NaN,
  size: 2 ** (32 - prefix),
  prefix,
});

/** RFC 6598, from which Tailscale gives every device its address. */
export const tailnetBlock = known("100.64.0.0", 10);

/** Docker's own `docker0` unless the daemon was told otherwise. */
export const dockerDefaultBlock = known("172.17.0.0", 16);

/** RFC 1918. */
export const privateBlocks: readonly Block[] = [
  known("10.0.0.0", 8),
  known("172.16.0.0", 12),
  known("192.168.0.0", 16),
];
