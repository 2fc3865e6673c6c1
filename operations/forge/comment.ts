import { z } from "zod";
import { everyPage, type Forge, issuesOf, postOnce } from "./api.ts";
import { isOwn, markerOf, ownLogin, written } from "./own.ts";
import { write } from "./write.ts";

const comment = written.extend({ id: z.number() });

/**
 * Writes the one comment of this name under an issue or a pull request, or edits it in place.
 * @returns what was done
 */
export async function putComment(
  forge: Forge,
  number: number,
  name: string,
  text: string,
): Promise<"created" | "edited"> {
  const marker = markerOf(name);
  const login = await ownLogin(forge);
  const path = `${issuesOf(forge)}/${number}/comments`;
  const find = async () => {
    const comments = await everyPage(forge, `${path}?per_page=100&limit=50`);
    return z.array(comment).parse(comments).find(isOwn(login, marker));
  };
  const around = (shown: string) => ({ body: `${marker}\n${shown}` });
  const ours = await find();
  if (ours !== undefined) {
    await write(forge, "PATCH", `${issuesOf(forge)}/comments/${ours.id}`, text, around);
    return "edited";
  }
  await postOnce(
    forge,
    () => write(forge, "POST", path, text, around),
    async () => (await find()) !== undefined,
  );
  return "created";
}
