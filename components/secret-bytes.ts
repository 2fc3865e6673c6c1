import type * as pulumi from "@pulumi/pulumi";
import { RandomPassword, type RandomPasswordArgs } from "@pulumi/random/randomPassword.js";

/**
 * Random bytes as hexadecimal digits: a password over these sixteen characters. No RandomBytes, whose id is the base64
 * of its bytes: an id cannot be secret, and stands in state, history and diffs in plain text. That of a password is
 * "none".
 */
export function secretBytes(
  name: string,
  count: number,
  args: Pick<RandomPasswordArgs, "keepers">,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  // Its own special characters are drawn from like any other group, each with the same chance.
  const digits = { special: true, overrideSpecial: "0123456789abcdef" };
  const noOthers = { lower: false, upper: false, numeric: false };
  return new RandomPassword(name, { length: 2 * count, ...digits, ...noOthers, ...args }, options).result;
}

export const fromHex = (digits: string, encoding: "base64" | "base64url"): string =>
  Buffer.from(digits, "hex").toString(encoding);
