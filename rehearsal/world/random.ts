import { createHash } from "node:crypto";
import { type Properties, type Provider, ProviderError } from "../provider/provider.ts";
import { cloud, type ResourceKind } from "./kit/cloud.ts";
import type { PropertyRule } from "./kit/schema.ts";
import { number, sameMap, text } from "./kit/values.ts";
import type { Workings } from "./workings.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Every input of a random value makes a new one when it changes; `keepers` exist for nothing else. */
const replaced = (more: PropertyRule = {}): PropertyRule => ({ replaces: true, ...more });

const TEXT_INPUTS: Record<string, PropertyRule> = {
  length: replaced({ required: true }),
  keepers: replaced({ same: sameMap }),
  lower: replaced({ default: true }),
  upper: replaced({ default: true }),
  numeric: replaced({ default: true }),
  number: replaced({ default: true }),
  special: replaced({ default: true }),
  minLower: replaced({ default: 0 }),
  minUpper: replaced({ default: 0 }),
  minNumeric: replaced({ default: 0 }),
  minSpecial: replaced({ default: 0 }),
  overrideSpecial: replaced(),
};

function randomText(workings: Workings, urn: string, inputs: Properties): string {
  const wanted = (property: string): boolean => inputs[property] !== false;
  const special = text(inputs["overrideSpecial"]) || SPECIAL;
  const groups = [
    { on: wanted("lower"), characters: LOWER, least: number(inputs["minLower"]) },
    { on: wanted("upper"), characters: UPPER, least: number(inputs["minUpper"]) },
    { on: wanted("numeric") && wanted("number"), characters: DIGITS, least: number(inputs["minNumeric"]) },
    { on: wanted("special"), characters: special, least: number(inputs["minSpecial"]) },
  ].filter((group) => group.on);
  const alphabet = groups.map((group) => group.characters).join("");
  const length = number(inputs["length"]);
  const least = groups.reduce((sum, group) => sum + group.least, 0);
  if (alphabet === "")
    throw new ProviderError("the character set is empty: allow at least one kind of character");
  if (length < least || length < 1) {
    throw new ProviderError(
      `length ${length} is shorter than the ${least} characters that the minimums ask for`,
    );
  }
  const forced = groups.map((group, i) =>
    workings.mint.pick(urn, `group ${i}`, group.characters, group.least),
  );
  const rest = workings.mint.pick(urn, "rest", alphabet, length - least);
  const characters = [...forced.join(""), ...rest];
  const order = workings.mint.bytes(urn, "order", characters.length);
  return characters
    .map((character, index) => ({ character, rank: (order[index] ?? 0) * 1000 + index }))
    .sort((a, b) => a.rank - b.rank)
    .map((entry) => entry.character)
    .join("");
}

/** Shaped like a bcrypt hash but not one: nothing in the rehearsal checks a password against it. */
function bcryptLike(value: string): string {
  const digest = createHash("sha512").update(value).digest("base64").replaceAll(/[+=]/g, ".");
  return `$2a$10$${digest.slice(0, 53)}`;
}

/** `@pulumi/random`: values depend on the seed and the resource, and stay until an input changes. */
export function randomProvider(workings: Workings): Provider {
  const kind = (
    inputs: Record<string, PropertyRule>,
    outputs: string[],
    make: (urn: string, inputs: Properties) => { id: string; outputs: Properties },
    secretOutputs: string[] = [],
  ): ResourceKind => ({
    schema: { inputs, outputs },
    secretOutputs,
    create(call) {
      workings.mint.begin(call.urn);
      return make(call.urn, call.inputs);
    },
    // A random value lives in the state alone, so nothing can be found out about it.
    read: (call) => ({ outputs: call.state }),
    delete() {},
  });
  const bytes = (urn: string, count: number): Buffer => workings.mint.bytes(urn, "bytes", count);
  const hash = (value: string): Properties => ({ result: value, bcryptHash: bcryptLike(value) });
  const idOf = (urn: string, inputs: Properties): { id: string; outputs: Properties } => {
    const raw = bytes(urn, number(inputs["byteLength"]));
    const prefix = text(inputs["prefix"]);
    const id = raw.toString("base64url");
    return {
      id,
      outputs: {
        b64Std: prefix + raw.toString("base64"),
        b64Url: prefix + id,
        hex: prefix + raw.toString("hex"),
        dec: prefix + BigInt(`0x${raw.toString("hex")}`).toString(),
      },
    };
  };
  return cloud({
    kinds: {
      "random:index/randomPassword:RandomPassword": kind(
        TEXT_INPUTS,
        ["result", "bcryptHash"],
        (urn, inputs) => ({ id: "none", outputs: hash(randomText(workings, urn, inputs)) }),
        ["result", "bcryptHash"],
      ),
      "random:index/randomString:RandomString": kind(TEXT_INPUTS, ["result"], (urn, inputs) => {
        const result = randomText(workings, urn, inputs);
        return { id: result, outputs: { result } };
      }),
      "random:index/randomBytes:RandomBytes": kind(
        { length: replaced({ required: true }), keepers: replaced({ same: sameMap }) },
        ["base64", "hex"],
        (urn, inputs) => {
          const raw = bytes(urn, number(inputs["length"]));
          const base64 = raw.toString("base64");
          // An id cannot be secret, and the plugin takes the value itself (computeRandomBytesID in its resources.go).
          return { id: base64, outputs: { base64, hex: raw.toString("hex") } };
        },
        ["base64", "hex"],
      ),
      "random:index/randomId:RandomId": kind(
        {
          byteLength: replaced({ required: true }),
          prefix: replaced(),
          keepers: replaced({ same: sameMap }),
        },
        ["b64Std", "b64Url", "hex", "dec"],
        idOf,
      ),
      "random:index/randomUuid:RandomUuid": kind(
        { keepers: replaced({ same: sameMap }) },
        ["result"],
        (urn) => {
          const result = workings.mint.uuid(urn, "uuid");
          return { id: result, outputs: { result } };
        },
      ),
    },
  });
}
