import { describe, expect, test } from "vitest";
import { onlyHosts, withEncryptionOf, withoutEncryption, withSecretsGiven } from "./stack-files.ts";

describe("stack files for a rehearsal", () => {
  test("lose salt and encrypted values, and keep everything else", () => {
    const text =
      "encryptionsalt: v1:abc\n# kept\nconfig:\n  kitestacks:hcloudToken:\n    secure: v1:xyz\n  kitestacks:host:\n    role: hub # too\n";
    expect(withoutEncryption({ "Pulumi.hub.yaml": text })["Pulumi.hub.yaml"]).toBe(
      "# kept\nconfig:\n  kitestacks:host:\n    role: hub # too\n",
    );
  });

  test("lose encrypted values inside a structured key, too", () => {
    const text = "config:\n  kitestacks:inUse:\n    forgejo.secretKey:\n      secure: v1:xyz\n";
    expect(withoutEncryption({ a: text })["a"]).toBe("config:\n  kitestacks:inUse: {}\n");
  });

  test("that are no YAML stay as they are, for the settings to refuse", () => {
    expect(withoutEncryption({ "Pulumi.hub.yaml": "config: [" })).toEqual({ "Pulumi.hub.yaml": "config: [" });
  });

  test("of hosts that take no part are left out, those of new hosts made up", () => {
    const files = onlyHosts({ "Pulumi.hub.yaml": "config: {}\n", "Pulumi.home.yaml": "config: {}\n" }, [
      "hub",
      "attic",
      "cellar",
    ]);
    expect(Object.keys(files)).toEqual(["Pulumi.hub.yaml", "Pulumi.attic.yaml", "Pulumi.cellar.yaml"]);
    expect(files["Pulumi.hub.yaml"]).toBe("config: {}\n");
    expect(files["Pulumi.attic.yaml"]).toContain("role: member");
    expect(files["Pulumi.attic.yaml"]).not.toBe(files["Pulumi.cellar.yaml"]);
  });

  test("get secrets marked as given, on the hub only", () => {
    const hub = "config:\n  kitestacks:host:\n    role: hub\n";
    const member = "config:\n  kitestacks:host:\n    role: member\n";
    const files = withSecretsGiven({ a: hub, b: member }, ["hcloudToken"]);
    expect(files["a"]).toContain("kitestacks:hcloudToken:\n    secure: v1:given\n");
    expect(files["b"]).toBe(member);
  });

  test("keep a secret that stands there in plain text, for the settings to refuse", () => {
    const hub = "config:\n  kitestacks:host:\n    role: hub\n  kitestacks:hcloudToken: plain\n";
    expect(withSecretsGiven({ a: hub }, ["hcloudToken"])["a"]).toBe(hub);
  });

  test("that were edited keep the salt and the encrypted values they had, and win with their own", () => {
    const old =
      "encryptionsalt: v1:abc\nconfig:\n  kitestacks:a:\n    secure: v1:old\n  kitestacks:b:\n    secure: v1:kept\n";
    expect(withEncryptionOf(old, "config:\n  kitestacks:a:\n    secure: v1:new\n")).toBe(
      "config:\n  kitestacks:a:\n    secure: v1:new\n  kitestacks:b:\n    secure: v1:kept\nencryptionsalt: v1:abc\n",
    );
    expect(withEncryptionOf("", "config: {}\n")).toBe("config: {}\n");
    expect(withEncryptionOf(old, "config: [")).toBe("config: [");
  });
});
