import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, parseDocument, stringify, type YAMLMap } from "yaml";

/** File name → YAML text, as `loadStackFiles` reads them. */
export type StackFiles = Readonly<Record<string, string>>;

/** Without what only the owner's passphrase opens (salt and encrypted values); text that is no YAML stays as it is. */
export function withoutEncryption(files: StackFiles): StackFiles {
  return mapTexts(files, (text) => {
    const document = parseDocument(text);
    if (document.errors.length > 0 || !isMap(document.contents)) return text;
    for (const key of ["encryptionsalt", "encryptedkey", "secretsprovider"]) document.delete(key);
    const config = document.get("config");
    if (isMap(config)) removeEncrypted(config);
    return document.toString();
  });
}

/** At every depth: a key may hold several secrets by name. */
function removeEncrypted(map: YAMLMap): void {
  const isEncrypted = (value: unknown) => isMap(value) && value.has("secure");
  for (const { key, value } of [...map.items]) {
    if (isEncrypted(value)) map.delete(isScalar(key) ? key.value : key);
    else if (isMap(value)) removeEncrypted(value);
  }
}

/** With the salt and the encrypted values of an older text of the same file, as far as the new one has none of its own. */
export function withEncryptionOf(old: string, text: string): string {
  const [from, to] = [parseDocument(old), parseDocument(text)];
  if (to.errors.length > 0) return text;
  const salt = from.get("encryptionsalt");
  if (salt !== undefined) to.set("encryptionsalt", salt);
  const config = from.get("config");
  if (isMap(config)) {
    const encrypted = config.items.filter(({ value }) => isMap(value) && value.has("secure"));
    for (const { key, value } of encrypted) {
      const path = ["config", isScalar(key) ? key.value : key];
      if (!to.hasIn(path)) to.setIn(path, value);
    }
  }
  return to.toString();
}

/** Puts exactly these stack files into a folder; what was encrypted in a file of the same name stays. */
export function writeStackFiles(folder: string, files: StackFiles): void {
  const names = readdirSync(folder).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
  const old = new Map(names.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  for (const file of names) rmSync(join(folder, file));
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, file), withEncryptionOf(old.get(file) ?? "", text));
  }
}

/** Exactly these hosts; one without a file is a made-up member. */
export function onlyHosts(files: StackFiles, hosts: readonly string[]): StackFiles {
  return Object.fromEntries(
    hosts.map((host, i) => {
      const file = `Pulumi.${host}.yaml`;
      return [file, files[file] ?? stringify({ config: { "kitestacks:host": madeUpMember(i) } })];
    }),
  );
}

/**
 * Marks secrets of the hub as given, for a look at the settings before an engine can encrypt anything. What stands
 * there in plain text stays, so that it is refused: it was once overwritten first, and rehearsed green.
 */
export function withSecretsGiven(files: StackFiles, keys: readonly string[]): StackFiles {
  return mapTexts(files, (text) => {
    const document = parseDocument(text);
    if (document.errors.length > 0 || document.getIn(["config", "kitestacks:host", "role"]) !== "hub")
      return text;
    for (const key of keys) {
      const path = ["config", `kitestacks:${key}`];
      if (!document.hasIn(path)) document.setIn(path, { secure: "v1:given" });
    }
    return document.toString();
  });
}

/** On a tailnet address that nobody is likely to have written into a file. */
function madeUpMember(index: number) {
  return { role: "member", tailnetAddress: `100.64.7.${index + 1}`, ramMiB: 16384, swapMiB: 8192 };
}

function mapTexts(files: StackFiles, change: (text: string) => string): StackFiles {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, change(text)]));
}
