import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { examine, type Library, sha256 } from "./database.ts";
import type { DockerHost } from "./docker-host.ts";
import { fetchDatabase, imageOf, isRunning, keptAt, putBack, replaceDatabase, start, stop } from "./files.ts";
import { DataAtRiskError, HostError } from "./refused.ts";

export interface Sync {
  readonly from: DockerHost;
  readonly to: DockerHost;
  /** The target's accounts and reading progress may go. */
  readonly replaceUsers: boolean;
  /** Names the folder in which the target keeps what was replaced, e.g. `2026-11-23T07-30-00`. */
  readonly stamp: string;
  readonly progress: (step: string) => void;
}

export interface Synced {
  readonly library: Library;
  /** Folder in the target's container. */
  readonly kept: string;
}

/**
 * Copies kavita.db from one host to another, once. Kavita is stopped on both meanwhile, because SQLite keeps changes
 * in a second file while it runs, and is started again on those where it ran, whatever happens.
 * @throws DataAtRiskError when the target would lose something, or may have lost it
 * @throws HostError when the copy is done but a Kavita was not started again; one that could not be started is named at
 * the end of any other error too
 */
export async function syncKavita(sync: Sync): Promise<Synced> {
  const { from, to, progress } = sync;
  const [image, other] = [await imageOf(from), await imageOf(to)];
  if (image !== other) {
    throw new DataAtRiskError(
      `${from.name} runs ${image} and ${to.name} runs ${other}: a database of another version may not be readable. ` +
        "Bring both stacks up to date first.",
    );
  }
  const hosts = [from, to];
  const running = await Promise.all(hosts.map(isRunning));
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-kavita-"));
  const [copied] = await Promise.allSettled([stopAndCopy(sync, image, folder)]);
  rmSync(folder, { recursive: true });
  progress("starting Kavita again");
  const notStarted = await startAgain(hosts.filter((_, i) => running[i]));
  if (copied.status === "rejected") throw withMore(copied.reason, notStarted);
  if (notStarted.length > 0)
    throw withMore(new HostError(`The copy to ${to.name} is done, but:`), notStarted);
  return copied.value;
}

/** @returns one sentence for each that did not start; a host that fails must not leave the other one stopped */
async function startAgain(hosts: readonly DockerHost[]): Promise<readonly string[]> {
  const started = await Promise.allSettled(hosts.map(start));
  return started.flatMap((one, i) =>
    one.status === "fulfilled"
      ? []
      : [
          `Kavita on ${hosts[i]?.name} was not started: ${reasonOf(one.reason)}. Start it there: docker start kavita.`,
        ],
  );
}

/** The first error stays what it is, with its exit code. */
function withMore(error: unknown, sentences: readonly string[]): unknown {
  if (error instanceof Error) error.message = [error.message, ...sentences].join("\n");
  return error;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function stopAndCopy(sync: Sync, image: string, folder: string): Promise<Synced> {
  sync.progress("stopping Kavita on both");
  for (const host of [sync.from, sync.to]) await stop(host);
  return copy(sync, image, folder);
}

async function copy(sync: Sync, image: string, folder: string): Promise<Synced> {
  const { from, to, stamp, progress } = sync;
  progress(`reading the database of ${from.name}`);
  const source = await fetchDatabase(from, image, join(folder, "from"));
  const library = examine(source, from.name);
  progress(`looking at what ${to.name} has`);
  refuseToLose(sync, examine(await fetchDatabase(to, image, join(folder, "to")), to.name));

  progress(`copying to ${to.name}`);
  try {
    await replaceDatabase(to, image, source, await sha256(source), stamp);
    examine(await fetchDatabase(to, image, join(folder, "after")), `${to.name} after the copy`);
  } catch (error) {
    throw await afterPuttingBack(sync, image, `The copy on ${to.name} is not whole (${reasonOf(error)})`);
  }
  return { library, kept: keptAt(stamp) };
}

async function afterPuttingBack({ to, stamp }: Sync, image: string, what: string): Promise<DataAtRiskError> {
  try {
    await putBack(to, image, stamp);
    return new DataAtRiskError(`${what}; its own database is in its place.`);
  } catch (error) {
    return new DataAtRiskError(
      `${what}, and its own database could not be put back (${reasonOf(error)}): its kavita.db may be the broken copy. ` +
        `What it had lies in its container under ${keptAt(stamp)}, if it was moved at all; copy that back before ` +
        "anybody uses Kavita there.",
    );
  }
}

function refuseToLose({ to, replaceUsers }: Sync, { users }: Library): void {
  if (users.length === 0 || replaceUsers) return;
  throw new DataAtRiskError(
    `Kavita on ${to.name} has accounts already (${users.join(", ")}): they and their reading progress would be replaced. ` +
      "Nothing was changed. Add --replace-users if that is meant.",
  );
}
