import type { DriftKind } from "../../settings/settings.ts";

/** One thing that is not as the program says, or that the program does not know. */
export interface Finding {
  /** Stays the same from run to run, so that one learns since when it is known. */
  readonly id: string;
  /** `declared`: the program has it, and it differs. `undeclared`: nobody declared it. */
  readonly kind: "declared" | "undeclared";
  readonly what: string;
  readonly name: string;
  /** One sentence without a full stop. */
  readonly text: string;
  /** The command, or the step by hand, that makes it as the program says. */
  readonly repair: string;
  /** How the program can declare it instead, in words; left out where it cannot. */
  readonly adopt?: string;
}

/** A finding, or something unreachable, with the time of the first run that saw it (ISO). */
export type Known<T> = T & { readonly since: string };

/** A host or an account that does not answer: nothing is known about it, so nothing is called gone. */
export interface Unreachable {
  readonly id: string;
  /** `<host>`, `Cloudflare`. */
  readonly what: string;
  readonly why: string;
}

/** A part of an account that the token may not read; the rest of the account was looked at. */
export interface Unseen {
  /** `Cloudflare`. */
  readonly what: string;
  readonly why: string;
}

export interface Ignored {
  readonly finding: Finding;
  readonly reason: string;
}

/** What one run found; written with `--json`, and read back by the next run for the times. */
export interface DriftReport {
  readonly stack: string;
  /** When it was looked at, ISO. */
  readonly at: string;
  readonly findings: readonly Known<Finding>[];
  readonly unreachable: readonly Known<Unreachable>[];
  /** Left out in the files of older runs. */
  readonly unseen?: readonly Unseen[];
  readonly ignored: readonly Ignored[];
}

export function undeclared(
  what: DriftKind,
  where: string,
  thing: { readonly name: string; readonly id?: string },
  words: { readonly text: string; readonly repair: string; readonly adopt?: string },
): Finding {
  return {
    id: `${where}/${what}/${thing.id ?? thing.name}`,
    kind: "undeclared",
    what,
    name: thing.name,
    ...words,
  };
}
