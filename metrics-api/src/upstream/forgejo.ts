import * as z from "zod/mini";
import type { Commit } from "../types.ts";
import { fetchJson } from "./fetch-json.ts";
import { UpstreamError } from "./upstream-error.ts";

export type Forgejo = { url: string; publicUrl: string | undefined; token: string | undefined };

export type Repository = { name: string; isPrivate: boolean; isEmpty: boolean; updatedAt: number };

/** One page of the search. `entries` counts all it holds, also those that could not be read. */
export type RepositoryPage = { repositories: Repository[]; entries: number };

const requestLimitMs = 2_000;
const pageSize = 50;

const instant = z.pipe(z.string(), z.transform(Date.parse)).check(z.refine(Number.isFinite));
/** "owner/name"; it becomes part of an address, so neither half may be "." or "..". */
const fullName = /^(?!\.{1,2}\/)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/;
const repositorySchema = z.object({
  full_name: z.string().check(z.regex(fullName)),
  private: z.optional(z.boolean()),
  internal: z.optional(z.boolean()),
  empty: z.optional(z.boolean()),
  updated_at: instant,
});
const searchSchema = z.object({ ok: z.literal(true), data: z.array(z.unknown()) });
const commitSchema = z.object({
  sha: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)),
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string() }),
    committer: z.object({ date: instant }),
  }),
});

/** One page of `GET /api/v1/repos/search`, last updated first. Throws `UpstreamError`. */
export async function searchRepositories(
  forgejo: Forgejo,
  page: number,
  signal: AbortSignal,
): Promise<RepositoryPage> {
  const body = await ask(
    forgejo,
    `/repos/search?sort=updated&order=desc&limit=${pageSize}&page=${page}`,
    signal,
  );
  const parsed = searchSchema.safeParse(body);
  if (!parsed.success) throw new UpstreamError("sent a list of repositories that cannot be read");
  const { data } = parsed.data;
  return { repositories: data.flatMap(readRepository), entries: data.length };
}

/** The newest commits of a repository's default branch. An empty repository (409) has none. Throws `UpstreamError`. */
export async function newestCommits(
  forgejo: Forgejo,
  repository: string,
  limit: number,
  signal: AbortSignal,
): Promise<Commit[]> {
  const cheap = "stat=false&verification=false&files=false";
  try {
    const body = await ask(forgejo, `/repos/${repository}/commits?limit=${limit}&page=1&${cheap}`, signal);
    return z
      .array(commitSchema)
      .parse(body)
      .map((commit) => toCommit(forgejo, repository, commit));
  } catch (error) {
    if (error instanceof UpstreamError && error.status === 409) return [];
    if (error instanceof UpstreamError) throw error;
    throw new UpstreamError("sent a list of commits that cannot be read");
  }
}

async function ask(forgejo: Forgejo, path: string, signal: AbortSignal): Promise<unknown> {
  return await fetchJson({
    url: `${forgejo.url}/api/v1${path}`,
    headers: forgejo.token === undefined ? {} : { authorization: `token ${forgejo.token}` },
    limitMs: requestLimitMs,
    largestBytes: 1024 * 1024,
    signal,
  });
}

/** A repository that cannot be read is left out alone, not with its whole page. */
function readRepository(entry: unknown): Repository[] {
  const parsed = repositorySchema.safeParse(entry);
  if (!parsed.success) return [];
  const { full_name: name, private: isPrivate, internal, empty, updated_at: updatedAt } = parsed.data;
  return [{ name, isPrivate: isPrivate === true || internal === true, isEmpty: empty === true, updatedAt }];
}

/**
 * The link is built from the configured address and the checked name, never taken from the answer: Forgejo's own
 * depends on its ROOT_URL, which behind a tunnel is easily wrong.
 */
function toCommit(
  forgejo: Forgejo,
  repository: string,
  { sha, commit }: z.infer<typeof commitSchema>,
): Commit {
  const [title = ""] = commit.message.trimStart().split("\n", 1);
  return {
    repository,
    title: title.trimEnd().slice(0, 200),
    hash: sha.slice(0, 10),
    author: commit.author.name,
    time: new Date(commit.committer.date).toISOString(),
    link: `${forgejo.publicUrl ?? forgejo.url}/${repository}/commit/${sha}`,
  };
}
