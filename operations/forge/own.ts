import { z } from "zod";
import { call, type Forge } from "./api.ts";
import { ForgeError } from "./failure.ts";

/** Of a comment or an issue; the user is null once the account is gone. */
export const written = z.object({
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});

/** Hidden in every comment of ours, so that the next run finds it. Several commands and stacks keep apart by `name`. */
export const markerOf = (name: string) => `<!-- kitestacks: ${name} -->`;

/**
 * The marker alone proves nothing: in a public repository anybody may post it first, and edit afterwards what was
 * written in its place.
 */
export const isOwn = (login: string, marker: string) => (one: z.output<typeof written>) =>
  one.user?.login === login && one.body?.startsWith(marker) === true;

/**
 * The user that the token belongs to. On GitHub the token of a job belongs to an app, and an app's token gets 403 to
 * this question; on Forgejo a token needs the scope read:user.
 * @throws ForgeError
 */
export async function ownLogin(forge: Forge): Promise<string> {
  try {
    const { json } = await call(forge, "GET", "/user");
    return z.object({ login: z.string() }).parse(json).login;
  } catch (error) {
    const isForgejo = forge.apiUrl.endsWith("/api/v1");
    if (error instanceof ForgeError && error.status === 403 && !isForgejo) return "github-actions[bot]";
    throw error;
  }
}
