import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PromiseId } from "../../promises/observed.ts";

/** One bug, put into a copy of the program on purpose. */
export interface Mutation {
  /** What somebody might have done. */
  readonly bug: string;
  readonly edits: readonly Edit[];
  /** How the rehearsal has to say so: exactly these promises broken, or an `up` that fails, and these words in it. */
  readonly caughtBy:
    | { readonly broken: readonly PromiseId[]; readonly words: string }
    | { readonly failure: string };
  /** It shows only in what a second `up` and a refresh find. */
  readonly settling?: true;
  /** It shows only in the `up` after each host's Docker was killed and started again. */
  readonly dockerDies?: true;
}

export interface Edit {
  /** Path in the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly old: string;
  readonly text: string;
}

/**
 * Edits the files of a copy and returns what takes the edits back.
 * @throws Error for an old text that is not there exactly once: the program has moved on, and the bug has to follow it.
 */
export function apply({ edits }: Mutation, folder: string): () => void {
  const before = new Map(edits.map(({ file }) => [file, readFileSync(join(folder, file), "utf8")]));
  const after = new Map(before);
  for (const { file, old, text } of edits) {
    const source = after.get(file) ?? "";
    const times = source.split(old).length - 1;
    if (times !== 1) {
      throw new Error(
        `${file} has the old text ${times} times, expected once: adapt the bug in rehearsal/mutations that looks for\n${old}`,
      );
    }
    // A function, because a text that is given directly has signs of its own, like $&.
    after.set(
      file,
      source.replace(old, () => text),
    );
  }
  const write = (texts: ReadonlyMap<string, string>) => {
    for (const [file, text] of texts) writeFileSync(join(folder, file), text);
  };
  write(after);
  return () => write(before);
}
