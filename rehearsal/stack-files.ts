import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, parseDocument, stringify } from "yaml";

/**
 * Makes a copy of the stack files fit for a rehearsal, in place: what only the owner's passphrase opens is taken
 * out (salt and encrypted values), and with `hosts` exactly these hosts take part.
 */
export function prepareStackFiles(folder: string, hosts: readonly string[] | undefined): void {
  for (const file of stackFilesIn(folder)) {
    const path = join(folder, file);
    writeFileSync(path, withoutEncryption(readFileSync(path, "utf8")));
  }
  if (hosts !== undefined) onlyHosts(folder, hosts);
}

/** Text that is not YAML is left alone: the settings say what is wrong with it. */
function withoutEncryption(text: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return text;
  for (const key of ["encryptionsalt", "encryptedkey", "secretsprovider"]) document.delete(key);
  const config = document.get("config");
  if (isMap(config)) {
    const encrypted = config.items.filter(({ value }) => isMap(value) && value.has("secure"));
    for (const { key } of encrypted) config.delete(isScalar(key) ? key.value : key);
  }
  return document.toString();
}

function onlyHosts(folder: string, hosts: readonly string[]): void {
  const files = stackFilesIn(folder);
  for (const file of files) if (!hosts.includes(hostOfFile(file))) rmSync(join(folder, file));
  const missing = hosts.filter((host) => !files.some((file) => hostOfFile(file) === host));
  missing.forEach((host, i) => {
    // Far from the addresses that people write into their files, and still on a tailnet.
    const settings = { role: "member", tailnetAddress: `100.64.7.${i + 1}`, ramMiB: 16384, swapMiB: 8192 };
    writeFileSync(
      join(folder, `Pulumi.${host}.yaml`),
      stringify({ config: { "kitestacks:host": settings } }),
    );
  });
}

function stackFilesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
}

const hostOfFile = (file: string) => file.slice("Pulumi.".length, -".yaml".length);
