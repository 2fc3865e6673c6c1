import { distance } from "fastest-levenshtein";

const separator = "; ";

/**
 * What zod carries as the message of an issue: what is wrong and how to mend it. zod has room for one text only, so the
 * two are joined here and taken apart again in `faultOf`. `wrong` therefore holds no semicolon.
 */
export const fault = (wrong: string, remedy: string): string => `${wrong}${separator}${remedy}`;

export function faultOf(message: string): { readonly wrong: string; readonly remedy: string } {
  const at = message.indexOf(separator);
  if (at < 0) throw new Error(`a rule of the settings says what is wrong but not how to mend it: ${message}`);
  return { wrong: message.slice(0, at), remedy: message.slice(at + separator.length) };
}

/** The candidate a person most likely meant; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const byDistance = candidates
    .map((candidate) => ({ candidate, away: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const best = byDistance[0];
  return best !== undefined && best.away <= slips(best.candidate) ? best.candidate : undefined;
}

/** Two letters, because swapped ones count twice; a third of a long word; one letter of a short one. */
const slips = (word: string): number => (word.length < 4 ? 1 : Math.max(2, word.length / 3));
