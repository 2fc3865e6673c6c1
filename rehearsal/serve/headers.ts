import { readFile } from "node:fs/promises";

/**
 * The headers that nginx sends with every answer, read from its own configuration, so that a page that works here
 * also works under the real content policy.
 *
 * @throws when the file has no headers: a moved or rewritten file must not pass for "no policy needed".
 */
export async function securityHeaders(path: string): Promise<[name: string, value: string][]> {
  const conf = await readFile(path, "utf8");
  const found = [...conf.matchAll(/^add_header ([A-Za-z-]+) "([^"]*)" always;$/gm)];
  if (found.length === 0) {
    throw new Error(
      `${path} has no line of the form: add_header Name "value" always; the portal needs its headers.`,
    );
  }
  return found.map(([, name = "", value = ""]) => [name, value]);
}
