import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formsOf } from "./secret-forms.ts";

const isFound = (text: string, secret: string) => formsOf(secret).some((form) => text.includes(form));
const secretValue = fc.string({ minLength: 8, unit: "grapheme" });

const lower = (text: string) => text.toLowerCase();

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
    ["in a URL with small escapes", (secret) => encodeURIComponent(secret).replace(/%../g, lower)],
    ["in capitals", (secret) => secret.toUpperCase()],
    ["in small letters", lower],
    ["in hexadecimal digits", (secret) => Buffer.from(secret).toString("hex")],
    ["in hexadecimal digits, in capitals", (secret) => Buffer.from(secret).toString("hex").toUpperCase()],
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

describe("bytes are found, whichever encoding of them the secret is,", () => {
  const encodings = ["hex", "base64", "base64url"] as const;
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 64 }).map((array) => Buffer.from(array));
  const writers: readonly [string, (it: Buffer) => string][] = [
    ["in hexadecimal digits", (it) => it.toString("hex")],
    ["in hexadecimal digits, in capitals", (it) => it.toString("hex").toUpperCase()],
    ["in base64, as the id of a RandomBytes is", (it) => `[id=${it.toString("base64")}]`],
    ["in base64url", (it) => it.toString("base64url")],
    ["in base64 inside of a URL", (it) => encodeURIComponent(it.toString("base64"))],
    ["in base64 of something longer", (it) => Buffer.concat([Buffer.from("a:"), it]).toString("base64")],
  ];
  it.each(writers)("%s", (_, write) => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...encodings), (it, encoding) =>
        isFound(write(it), it.toString(encoding)),
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
