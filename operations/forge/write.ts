import { call, type Forge } from "./api.ts";
import { ForgeError } from "./failure.ts";

const SHORTEST = 2_000;

/**
 * Sends a text with whatever belongs around it. One that the platform calls too long (413, 422) is cut in half and
 * sent again; what is around it stays whole.
 */
export async function write(
  forge: Forge,
  method: "POST" | "PATCH",
  path: string,
  text: string,
  around: (shown: string) => object,
): Promise<void> {
  for (let shown = text; ; shown = half(shown)) {
    try {
      await call(forge, method, path, around(shown));
      return;
    } catch (error) {
      const isTooLong = error instanceof ForgeError && (error.status === 413 || error.status === 422);
      if (!isTooLong || shown.length <= SHORTEST) throw error;
    }
  }
}

/** Closes a code block or a fold that the cut went through: otherwise the note would be inside of it. */
function half(text: string): string {
  const kept = text.slice(0, Math.floor(text.length / 2));
  const fences = [...kept.matchAll(/^(`{3,})/gm)].map(([fence]) => fence);
  const fence = fences.length % 2 === 1 ? `\n${fences.at(-1)}` : "";
  const isOpen = kept.lastIndexOf("<details>") > kept.lastIndexOf("</details>");
  return `${kept}${fence}${isOpen ? "\n\n</details>" : ""}\n\n… cut: the platform takes no longer text; the whole report is in the job's log.`;
}
