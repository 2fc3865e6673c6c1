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

/** The candidate a person most likely meant; undefined when none is within a third of its letters. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const byDistance = candidates
    .map((candidate) => ({ candidate, away: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const best = byDistance[0];
  return best !== undefined && best.away <= Math.max(1, best.candidate.length / 3)
    ? best.candidate
    : undefined;
}
