import { stripVTControlCharacters } from "node:util";

/** The engine's messages carry its own colour directives (`<{%reset%}>`) and, at times, those of a terminal. */
export function plainText(message: string): string {
  return stripVTControlCharacters(message.replaceAll(/<\{%[^%]*%\}>/g, "")).trim();
}
