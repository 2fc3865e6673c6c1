import { runtime } from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import { programConfig, valuesInUse } from "./program-config.ts";

describe("the secrets of the program's configuration", () => {
  afterEach(() => runtime.setAllConfig({}));

  it.each(['{"token":"abc"}', "[abc", "0a1b"])("are told by their key and kept as they are: %s", (value) => {
    runtime.setAllConfig({
      "project:hcloudToken": value,
      "project:site": '{"domain":"example.com"}',
      "project:inUse": '{"forgejo.secretKey":"old"}',
    });
    const { secretValues, provided, inUse } = programConfig();
    expect(secretValues).toEqual({ hcloudToken: value });
    expect(Object.keys(provided)).toEqual(["hcloudToken"]);
    expect(inUse).toEqual({ "forgejo.secretKey": "old" });
  });

  it.each([undefined, "s3cret", "[1]", '{"a":1}'])("hold no value in use in %j, and repeat none", (json) => {
    expect(valuesInUse(json)).toEqual({});
  });
});
