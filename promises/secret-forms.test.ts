import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formsOf } from "./secret-forms.ts";

const isFound = (text: string, secret: string) => formsOf(secret).some((form) => text.includes(form));
const secretValue = fc.string({ minLength: 8, unit: "grapheme" });

/** How Go's encoder writes a string: the signs of HTML escaped too. */
const goJson = (value: unknown) =>
  JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

describe("a secret is found", () => {
  it.each<[string, (secret: string) => string]>([
    ["as it is", (secret) => secret],
    ["in JSON", (secret) => JSON.stringify({ secret })],
    ["in JSON inside JSON", (secret) => JSON.stringify({ inner: JSON.stringify({ secret }) })],
    ["in JSON written by Go", (secret) => goJson({ secret })],
    ["in a URL", (secret) => `postgres://user:${encodeURIComponent(secret)}@host/db`],
  ])("%s", (_, write) => {
    fc.assert(fc.property(secretValue, (secret) => isFound(write(secret), secret)));
  });

  it.each(["base64", "base64url"] as const)("in %s, whatever stands before and after it", (encoding) => {
    fc.assert(
      fc.property(secretValue, fc.string(), fc.string(), (secret, before, after) =>
        isFound(Buffer.from(before + secret + after).toString(encoding), secret),
      ),
    );
  });
});

describe("a secret is not found", () => {
  it("in a text that only begins like it", () => {
    expect(isFound("database-password-012345678", "database-password-0123456789")).toBe(false);
  });

  it("in its own ciphertext", () => {
    expect(isFound("v1:xyGm0Fh1l8Qe:Zm9vYmFyYmF6cXV4", "database-password-0123456789")).toBe(false);
  });
});
