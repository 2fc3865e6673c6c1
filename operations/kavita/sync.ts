import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { examine, type Library, sha256 } from "./database.ts";
import type { DockerHost } from "./docker-host.ts";
import { fetchDatabase, imageOf, isRunning, keptAt, putBack, replaceDatabase, start, stop } from "./files.ts";
import { DataAtRiskError } from "./refused.ts";

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
 * @throws DataAtRiskError before anything is replaced, or after it was put back
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
  try {
    progress("stopping Kavita on both");
    for (const host of hosts) await stop(host);
    return await copy(sync, image, folder);
  } finally {
    progress("starting Kavita again");
    for (const [i, host] of hosts.entries()) if (running[i]) await start(host);
    rmSync(folder, { recursive: true });
  }
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
    const written = await replaceDatabase(to, image, source, stamp);
    if (written !== (await sha256(source))) throw new DataAtRiskError("the copy differs from the original");
    examine(await fetchDatabase(to, image, join(folder, "after")), `${to.name} after the copy`);
  } catch (error) {
    await putBack(to, image, stamp);
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataAtRiskError(
      `The copy on ${to.name} is not whole (${reason}); its own database was put back.`,
    );
  }
  return { library, kept: keptAt(stamp) };
}

function refuseToLose({ to, replaceUsers }: Sync, { users }: Library): void {
  if (users.length === 0 || replaceUsers) return;
  throw new DataAtRiskError(
    `Kavita on ${to.name} has accounts already (${users.join(", ")}): they and their reading progress would be replaced. ` +
      "Nothing was changed. Add --replace-users if that is meant.",
  );
}
