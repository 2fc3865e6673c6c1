import { activityLimit } from "../activity-limit.ts";
import type { Commit } from "../types.ts";
import {
  type Forgejo,
  newestCommits,
  type Repository,
  type RepositoryPage,
  searchRepositories,
} from "./forgejo.ts";
import { UpstreamError } from "./upstream-error.ts";

export type ActivityOptions = Forgejo & {
  /** Whether commits of private and internal repositories are shown: the portal is public. */
  showPrivate: boolean;
};
export type Collected = { commits: Commit[]; partial: boolean };

/** One collection serves every smaller limit. */
const mostCommits = activityLimit.largest;

/** For the whole collection, so that a Forgejo with a hundred slow repositories still answers in time. */
const collectionLimitMs = 4_000;
const mostPages = 20;
const atOnce = 5;

/**
 * Collects the newest commits over all repositories. Pages and repositories that fail singly make it `partial`; it
 * throws `UpstreamError` when nothing at all could be read.
 *
 * Repositories come last updated first, and a commit cannot be newer than its repository's last update: as soon as
 * enough commits are newer than the next repository, the rest needs no asking.
 */
export async function collectActivity(options: ActivityOptions): Promise<Collected> {
  const signal = AbortSignal.timeout(collectionLimitMs);
  const collection = createCollection();
  let failedInARow = 0;
  for (let page = 1; page <= mostPages; page += 1) {
    const found = await searchRepositories(options, page, signal).catch(collection.fail);
    failedInARow = found === undefined ? failedInARow + 1 : 0;
    // One page may fail alone; after two it is the server, and each could take seconds.
    if (failedInARow === 2) return collection.result();
    if (found !== undefined && (await collectPage(found, collection, options, signal)))
      return collection.result();
  }
  collection.fail(new UpstreamError(`has more than ${mostPages} pages of repositories`));
  return collection.result();
}

/**
 * Asks a page's repositories, a few at once. True when no later page can add anything: this one brought no new
 * repository, or enough newer commits are there. A page with few entries is no sign of the end: the server may
 * send fewer than it is asked for.
 */
async function collectPage(
  page: RepositoryPage,
  collection: Collection,
  options: ActivityOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (page.repositories.length < page.entries)
    collection.fail(new UpstreamError("sent a repository that cannot be read"));
  const unseen = page.repositories.filter(collection.isUnseen);
  const wanted = unseen.filter((repository) => isWanted(repository, options));
  for (let start = 0; start < wanted.length; start += atOnce) {
    const batch = wanted.slice(start, start + atOnce);
    if (collection.isFullBefore(batch[0]?.updatedAt ?? 0)) return true;
    const asked = batch.map(({ name }) => newestCommits(options, name, mostCommits, signal));
    await Promise.all(asked.map((commits) => commits.then(collection.add, collection.fail)));
  }
  return page.entries === 0 || (page.repositories.length > 0 && unseen.length === 0);
}

function isWanted({ isPrivate, isEmpty }: Repository, { showPrivate }: ActivityOptions): boolean {
  return !isEmpty && (showPrivate || !isPrivate);
}

type Collection = ReturnType<typeof createCollection>;

function createCollection() {
  const seen = new Set<string>();
  let commits: Commit[] = [];
  let hasAnswer = false;
  let failure: UpstreamError | undefined;
  return {
    /** Also false for a repository that moved to the next page because another was updated meanwhile. */
    isUnseen({ name }: Repository): boolean {
      const isNew = !seen.has(name);
      seen.add(name);
      return isNew;
    },
    add(more: Commit[]): void {
      hasAnswer = true;
      const newestFirst = [...commits, ...more].sort(
        (one, other) => Date.parse(other.time) - Date.parse(one.time),
      );
      commits = newestFirst.slice(0, mostCommits);
    },
    fail(error: unknown): undefined {
      failure =
        error instanceof UpstreamError ? error : new UpstreamError("sent an answer that makes no sense");
    },
    isFullBefore(time: number): boolean {
      const last = commits[mostCommits - 1];
      return last !== undefined && Date.parse(last.time) > time;
    },
    /** An empty list because everything failed must not take the place of the last good one. */
    result(): Collected {
      if (failure !== undefined && !hasAnswer) throw failure;
      return { commits, partial: failure !== undefined };
    },
  };
}
