import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, decodeValue, encodeValue, type Wire, wrapSecret } from "./marshal.ts";
import { Asset, ResourceReference, UNKNOWN, type Value } from "./provider.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";

describe("decode", () => {
  test("removes secrets and tells where they stood", () => {
    const wire = {
      password: wrapSecret("hunter2"),
      envs: ["A=1", wrapSecret("B=2")],
      uploads: [{ file: "/a", content: wrapSecret("text") }],
      labels: { "a.b": wrapSecret("x") },
      both: wrapSecret({ inner: wrapSecret("deep") }),
    };
    expect(decode(wire)).toEqual({
      properties: {
        password: "hunter2",
        envs: ["A=1", "B=2"],
        uploads: [{ file: "/a", content: "text" }],
        labels: { "a.b": "x" },
        both: { inner: "deep" },
      },
      secretPaths: ["password", "envs[1]", "uploads[0].content", 'labels["a.b"]', "both", "both.inner"],
    });
  });

  test.each([[UNKNOWN_TEXT], [UNKNOWN_NUMBER]])("takes the sentinel %s for unknown", (sentinel) => {
    expect(decodeValue([sentinel, "known"])).toEqual([UNKNOWN, "known"]);
  });

  test("takes an output value for its value, secret or unknown as it says", () => {
    const output = { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    expect(decode({ a: { ...output, value: "x", secret: true }, b: output })).toEqual({
      properties: { a: "x", b: UNKNOWN },
      secretPaths: ["a"],
    });
  });

  test("refuses a signature that it does not know", () => {
    expect(() => decode({ a: { b: { [SIGNATURE]: "ffff" } } })).toThrow(
      'a value with the unknown signature "ffff" at a.b',
    );
  });
});

describe("assets and references", () => {
  const archive = {
    [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7",
    hash: "aa",
    assets: { "a.txt": { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "bb", text: "hello" } },
  };
  const reference = {
    [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e",
    urn: "urn:pulumi:s::p::t::n",
    id: "7",
  };

  test("become what the provider interface knows", () => {
    const text = new Asset("asset", "bb", { text: "hello" });
    expect(decodeValue(archive)).toEqual(new Asset("archive", "aa", { assets: { "a.txt": text } }));
    expect(decodeValue(reference)).toEqual(new ResourceReference("urn:pulumi:s::p::t::n", "7"));
    expect(decodeValue({ ...reference, id: UNKNOWN_TEXT })).toEqual(
      new ResourceReference("urn:pulumi:s::p::t::n", UNKNOWN),
    );
  });

  test.each<[string, Wire]>([
    ["an archive", archive],
    ["a file", { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "cc", path: "./x" }],
    ["an address", { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "cc", uri: "file:///x" }],
    ["one without its content", { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "cc" }],
    ["a reference", reference],
  ])("%s goes back as it came", (_name, wire) => {
    expect(encodeValue(decodeValue(wire))).toEqual(wire);
  });
});

test("what a provider answers arrives as it was", () => {
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string(),
      fc.constant(UNKNOWN),
      fc.array(tie("value")),
      fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (answer) => {
      expect(decodeValue(encodeValue(answer))).toEqual(answer);
    }),
  );
});
