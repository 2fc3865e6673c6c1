import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressNumber, addressText, blockOf, blockText, holds, isInside, overlap } from "./addresses.ts";

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const block = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([first, prefix]) => blockOf(`${addressText(first)}/${prefix}`))
  .filter((found) => found !== undefined);

describe("IPv4 addresses", () => {
  it("are the same after text and back", () => {
    fc.assert(fc.property(address, (number) => addressNumber(addressText(number)) === number));
  });

  it.each(["256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "::1", "", "host"])("are not %j", (text) => {
    expect(addressNumber(text)).toBeUndefined();
  });
});

describe("IPv4 blocks", () => {
  it("drop the bits after the prefix", () => {
    const found = blockOf("172.30.0.7/24");
    expect(found && blockText(found)).toBe("172.30.0.0/24");
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/", "10.0.0/8"])(
    "are not %j",
    (text) => {
      expect(blockOf(text)).toBeUndefined();
    },
  );

  it("overlap exactly when one holds the first address of the other", () => {
    fc.assert(
      fc.property(block, block, (a, b) => {
        expect(overlap(a, b)).toBe(holds(a, b.first) || holds(b, a.first));
        expect(overlap(b, a)).toBe(overlap(a, b));
        // Blocks are powers of two: two that overlap are one inside the other.
        expect(overlap(a, b)).toBe(isInside(a, b) || isInside(b, a));
      }),
    );
  });
});
