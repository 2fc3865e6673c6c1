import { z } from "zod";
import { call, everyPage, type Forge, ForgeError } from "./api.ts";

const comment = z.object({ id: z.number(), body: z.string().nullish() });

/** Hidden in every comment of ours, so that the next run finds it. Several commands and stacks keep apart by `name`. */
export const markerOf = (name: string) => `<!-- kitestacks: ${name} -->`;

/**
 * Writes the one comment of this name under a pull request, or edits it in place. A comment of somebody else that
 * carries the marker (quoted, or to confuse us) cannot be edited, and is passed over.
 * @returns what was done
 */
export async function putComment(
  forge: Forge,
  number: number,
  name: string,
  text: string,
): Promise<"created" | "edited"> {
  const marker = markerOf(name);
  const comments = z
    .array(comment)
    .parse(await everyPage(forge, `/issues/${number}/comments?per_page=100&limit=50`));
  for (const { id } of comments.filter(({ body }) => body?.startsWith(marker))) {
    try {
      await write(forge, "PATCH", `/issues/comments/${id}`, marker, text);
      return "edited";
    } catch (error) {
      if (!(error instanceof ForgeError && (error.status === 403 || error.status === 404))) throw error;
    }
  }
  await write(forge, "POST", `/issues/${number}/comments`, marker, text);
  return "created";
}

const SHORTEST = 2_000;

/** A body that the platform calls too long (413, 422) is cut in half and tried again. */
async function write(
  forge: Forge,
  method: string,
  path: string,
  marker: string,
  text: string,
): Promise<void> {
  for (let shown = text; ; shown = half(shown)) {
    try {
      await call(forge, method, path, { body: `${marker}\n${shown}` });
      return;
    } catch (error) {
      const tooLong = error instanceof ForgeError && (error.status === 413 || error.status === 422);
      if (!tooLong || shown.length <= SHORTEST) throw error;
    }
  }
}

/** Closes a code block or a fold that the cut went through: otherwise the note would be inside of it. */
function half(text: string): string {
  const kept = text.slice(0, Math.floor(text.length / 2));
  const fences = [...kept.matchAll(/^(`{3,})/gm)].map(([fence]) => fence);
  const fence = fences.length % 2 === 1 ? `\n${fences.at(-1)}` : "";
  const isOpen = kept.lastIndexOf("<details>") > kept.lastIndexOf("</details>");
  return `${kept}${fence}${isOpen ? "\n\n</details>" : ""}\n\n… cut: the platform takes no longer comment; the whole report is in the job's log.`;
}
