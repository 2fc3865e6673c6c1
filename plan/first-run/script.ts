import { readFileSync } from "node:fs";
import { joinTexts, partsOf, referencesIn, type Text, text } from "../../catalogue/text.ts";

/** Values that a script finds as variables (shell) or as properties of `input` (Node). */
export type Values = Readonly<Record<string, Text>>;

/**
 * A shell script of `scripts/` with its values and its patience in front, for `sh -s`. Script and values go in by standard input:
 * an argument or an environment variable would be readable by others, and is printed when a command fails.
 */
export function shellScript(
  file: string,
  values: Values,
  helpers: readonly string[] = ["patience.sh"],
): Text {
  const assignments = Object.entries(values).map(([name, value]) => text`${name}=${shellQuoted(value)}\n`);
  return text`${joinTexts(assignments)}${[...helpers, file].map(read).join("\n")}`;
}

/** The same for `node --input-type=module -`, with the helpers that the scripts share. */
export function nodeScript(files: readonly string[], values: Values, lists: object = {}): Text {
  const pairs = Object.entries(values).map(
    ([name, value]) => text`${JSON.stringify(name)}: ${jsonQuoted(value)}`,
  );
  const constants = Object.entries(lists).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return text`const input = {${joinTexts([...pairs, ...constants], ", ")}};\n${files.map(read).join("\n")}`;
}

/**
 * Generated secrets are letters, digits, - and _ (`SecretForm`), and a value in use that a script takes is held to the
 * like (`secrets-in-use.ts`): they need no quoting of their own, not even inside SQL or a curl configuration.
 */
function shellQuoted(value: Text): Text {
  return quoted(value, "'", (plain) => plain.replaceAll("'", "'\\''"));
}

function jsonQuoted(value: Text): Text {
  return quoted(value, '"', (plain) => JSON.stringify(plain).slice(1, -1));
}

function quoted(value: Text, sign: string, quote: (plain: string) => string): Text {
  for (const reference of referencesIn(value)) {
    if (reference.ref === "secret" && reference.name.startsWith("provided.")) {
      throw new Error(
        `A first-run step takes generated secrets only, and ${reference.name} is given by a person: it may hold quotes.`,
      );
    }
  }
  const parts = partsOf(value).map((part) => (typeof part === "string" ? quote(part) : part));
  return [sign, ...parts, sign];
}

function read(file: string): string {
  return readFileSync(new URL(`scripts/${file}`, import.meta.url), "utf8");
}
