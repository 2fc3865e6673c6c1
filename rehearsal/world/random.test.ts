import { describe, expect, test } from "vitest";
import { Hand, testWorld } from "./testing.ts";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const BYTES = "random:index/randomBytes:RandomBytes";
const ID = "random:index/randomId:RandomId";

async function password(
  inputs: Record<string, number | boolean | string>,
  seed = "test",
  name = "p",
): Promise<string> {
  const it = new Hand(testWorld({ seed }));
  return String((await it.create(PASSWORD, name, inputs)).state["result"]);
}

describe("a random value", () => {
  test("is the same for the same seed and resource, and another otherwise", async () => {
    const values = await Promise.all([
      password({ length: 32 }),
      password({ length: 32 }),
      password({ length: 32 }, "other"),
      password({ length: 32 }, "test", "q"),
    ]);
    expect(new Set(values).size).toBe(3);
    expect(values[0]).toBe(values[1]);
  });

  test("does not depend on what is made before it", async () => {
    const it = new Hand(testWorld());
    await it.create(PASSWORD, "before", { length: 8 });
    expect((await it.create(PASSWORD, "p", { length: 32 })).state["result"]).toBe(
      await password({ length: 32 }),
    );
  });

  test("is made anew when keepers change or the resource is made again", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(PASSWORD, "p", { length: 32 });
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    expect(await it.diff(kept, { length: 32, keepers: { version: "2" } })).toMatchObject({
      replaces: ["keepers"],
    });
    const again = await it.create(PASSWORD, "p", { length: 32, keepers: { version: "2" } });
    expect(again.state["result"]).not.toBe(kept.state["result"]);
  });

  test.each<[string, Record<string, number | boolean | string>, RegExp]>([
    ["without special characters", { length: 200, special: false }, /^[A-Za-z0-9]{200}$/],
    ["of digits alone", { length: 40, special: false, upper: false, lower: false }, /^\d{40}$/],
    ["with own special characters", { length: 200, overrideSpecial: "_" }, /^[A-Za-z0-9_]{200}$/],
    ["with a minimum", { length: 4, minNumeric: 4 }, /^\d{4}$/],
    [
      "of hexadecimal digits alone",
      { length: 200, lower: false, upper: false, numeric: false, overrideSpecial: "0123456789abcdef" },
      /^[0-9a-f]{200}$/,
    ],
  ])("%s", async (_what, inputs, form) => {
    expect(await password(inputs)).toMatch(form);
  });

  test("needs some alphabet and room for its minimums", async () => {
    const none = { length: 8, special: false, upper: false, lower: false, numeric: false };
    await expect(password(none)).rejects.toThrow("the character set is empty");
    await expect(password({ length: 3, minLower: 4 })).rejects.toThrow(
      "length 3 is shorter than the 4 characters",
    );
  });

  test("in bytes has as many as asked, twice over; a password has a hash", async () => {
    const it = new Hand(testWorld());
    const { state } = await it.create(BYTES, "b", { length: 32 });
    expect(Buffer.from(String(state["base64"]), "base64").toString("hex")).toBe(state["hex"]);
    expect(String(state["hex"])).toHaveLength(64);
    expect((await it.create(PASSWORD, "p", { length: 8 })).state["bcryptHash"]).toMatch(
      /^\$2a\$10\$[A-Za-z0-9./]{53}$/,
    );
    const id = await it.create(ID, "i", { byteLength: 4, prefix: "x-" });
    expect(id.state["hex"]).toMatch(/^x-[0-9a-f]{8}$/);
  });

  // What the plugin's sources say (random 4.21: computeRandomBytesID, `plan.ID` of each resource), and seen of the first two.
  test.each<[string, Record<string, number>, string]>([
    [PASSWORD, { length: 8 }, "none"],
    [BYTES, { length: 8 }, "base64"],
    ["random:index/randomString:RandomString", { length: 8 }, "result"],
    ["random:index/randomUuid:RandomUuid", {}, "result"],
    [ID, { byteLength: 8 }, "b64Url"],
  ])("of type %s has an id that everybody may read", async (type, inputs, output) => {
    const { id, state } = await new Hand(testWorld()).create(type, "x", inputs);
    expect(id).toBe(output === "none" ? "none" : state[output]);
  });

  test("is always secret where the real provider says so", () => {
    const it = new Hand(testWorld());
    expect(it.provider(PASSWORD).secretOutputs?.(PASSWORD)).toEqual(["result", "bcryptHash"]);
    expect(it.provider(BYTES).secretOutputs?.(BYTES)).toEqual(["base64", "hex"]);
    expect(it.provider(ID).secretOutputs?.(ID)).toEqual([]);
  });
});
