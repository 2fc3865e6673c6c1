import { describe, expect, test } from "vitest";
import type { Rotation } from "../catalogue/service.ts";
import type { GeneratedSecret } from "./plan.ts";
import { lostSecrets, replacedKeys } from "./secrets-in-force.ts";

function secret(name: string, rotation: Rotation, more: Partial<GeneratedSecret> = {}): GeneratedSecret {
  const purpose = rotation === "never" ? "encrypts tokens" : "first administrator";
  const form = { kind: "hex", length: 32 } as const;
  return { name, form, label: undefined, inUse: false, mayChange: false, rotation, purpose, ...more };
}

const key = secret("forge.key", "never");
const password = secret("forge.password", "step");
const client = secret("forge.oidc", "restart", { mayChange: true });
const inForce = { "forge.key": "k1", "forge.password": "p1", "forge.oidc": "o1" };
const anew = { "forge.key": "k2", "forge.password": undefined, "forge.oidc": "o2" };

describe("a generated secret that cannot be made anew", () => {
  test("is missed where it would have another value, or one that only an up makes", () => {
    expect(lostSecrets([key, password, client], { inForce, made: anew }, "cloud")).toBe(
      `2 generated secrets cannot be made anew, and would be; nothing that uses them was changed.
  forge.key: it encrypts tokens, which nobody could read any more
  forge.password: the running service remembers the old one (first administrator), and no step can tell it the new one
Keep what is in force: npm run keep-secrets -- --stack cloud --secret forge.key --secret forge.password
It goes into kitestacks:inUse in Pulumi.cloud.yaml, encrypted; a value of your own there is taken as it is.`,
    );
  });

  test("is not missed where it stays, where there was none, or where a person gave it", () => {
    expect(lostSecrets([key, password], { inForce, made: inForce }, "cloud")).toBeUndefined();
    expect(lostSecrets([key, password], { inForce: {}, made: anew }, "cloud")).toBeUndefined();
    const given = secret("forge.key", "never", { inUse: true });
    expect(lostSecrets([given], { inForce, made: anew }, "cloud")).toBeUndefined();
  });
});

describe("a key that a person gave", () => {
  const given = secret("forge.key", "never", { inUse: true });
  test("is spoken of where it is another one than before", () => {
    expect(replacedKeys([given], { inForce, made: anew })).toBe(
      "kitestacks:inUse has other values than the last up had:\n  forge.key: it encrypts tokens, which nobody could read any more",
    );
  });

  test("is not spoken of where it is the same", () => {
    expect(replacedKeys([given, password], { inForce, made: inForce })).toBeUndefined();
  });
});
