import { createHash } from "node:crypto";

/**
 * Everything that a real cloud would choose at random comes from here. It depends on the seed, the URN, how often
 * that URN was created and the purpose, and never on the order of calls: the engine makes them in parallel, and two
 * rehearsals must give the same world.
 */
export interface Mint {
  /** To be called once per creation, before anything else is minted for the URN. */
  begin(urn: string): void;
  bytes(urn: string, purpose: string, count: number): Buffer;
  hex(urn: string, purpose: string, length: number): string;
  /** A decimal number of exactly `digits` digits, as text. */
  digits(urn: string, purpose: string, digits: number): string;
  /** `length` characters of `alphabet`. */
  pick(urn: string, purpose: string, alphabet: string, length: number): string;
  uuid(urn: string, purpose: string): string;
}

export function createMint(seed: string, generations: Record<string, number>): Mint {
  const bytes = (urn: string, purpose: string, count: number): Buffer => {
    const blocks: Buffer[] = [];
    for (let block = 0; blocks.length * 32 < count; block += 1) {
      const source = JSON.stringify([seed, urn, generations[urn] ?? 0, purpose, block]);
      blocks.push(createHash("sha256").update(source).digest());
    }
    return Buffer.concat(blocks).subarray(0, count);
  };
  const pick = (urn: string, purpose: string, alphabet: string, length: number): string =>
    [...bytes(urn, purpose, length * 2)]
      .reduce<number[]>((pairs, byte, index, all) => {
        if (index % 2 === 0) pairs.push(byte * 256 + (all[index + 1] ?? 0));
        return pairs;
      }, [])
      .map((value) => alphabet.charAt(value % alphabet.length))
      .join("");
  const hex = (urn: string, purpose: string, length: number): string =>
    bytes(urn, purpose, Math.ceil(length / 2))
      .toString("hex")
      .slice(0, length);
  return {
    begin(urn) {
      generations[urn] = (generations[urn] ?? 0) + 1;
    },
    bytes,
    hex,
    pick,
    digits: (urn, purpose, digits) =>
      pick(urn, `${purpose}/first`, "123456789", 1) + pick(urn, purpose, "0123456789", digits - 1),
    uuid(urn, purpose) {
      const h = hex(urn, purpose, 32);
      const variant = "89ab".charAt(Number.parseInt(h.charAt(16), 16) % 4);
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
    },
  };
}
