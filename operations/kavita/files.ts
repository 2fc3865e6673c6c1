import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DockerHost } from "./docker-host.ts";

const container = "kavita";
const folder = "/kavita/config";
/** The database, and what SQLite keeps beside it until the last program has closed it. */
const names = "kavita.db kavita.db-wal kavita.db-shm";

/** In a container for this one run, with Kavita's volumes and image, because Kavita itself is stopped. */
function beside(image: string, script: string): readonly string[] {
  return ["run", "--rm", "-i", "--volumes-from", container, "--entrypoint", "sh", image, "-ec", script];
}

export const isRunning = async (host: DockerHost): Promise<boolean> =>
  (await host.docker(["inspect", "-f", "{{.State.Running}}", container])).trim() === "true";

export const imageOf = async (host: DockerHost): Promise<string> =>
  (await host.docker(["inspect", "-f", "{{.Config.Image}}", container])).trim();

export const stop = (host: DockerHost) => host.docker(["stop", "-t", "60", container]);
export const start = (host: DockerHost) => host.docker(["start", container]);

/** Copies a host's database into a folder of this machine; answers the path of its kavita.db. */
export async function fetchDatabase(host: DockerHost, image: string, into: string): Promise<string> {
  mkdirSync(into, { recursive: true });
  const archive = `${into}.tar`;
  const script = `cd ${folder}; set --; for f in ${names}; do [ ! -e "$f" ] || set -- "$@" "$f"; done; tar -cf - -- "$@" appsettings.json`;
  await host.docker(beside(image, script), { to: archive });
  const { status, stderr } = spawnSync("tar", ["-xf", archive, "-C", into], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The copy of ${host.name}'s database could not be unpacked: ${stderr}`);
  return join(into, "kavita.db");
}

/**
 * Puts a database in the place of a host's own, which is kept beside it under `before-sync/<stamp>`. The old
 * write-ahead log goes with it: left there it would be played into the new file.
 * @param digest SHA-256 of the file. Compared on the host before anything moves: when a connection breaks, the script
 * there sees the end of its input like any other.
 */
export async function replaceDatabase(
  host: DockerHost,
  image: string,
  file: string,
  digest: string,
  stamp: string,
): Promise<void> {
  const kept = `before-sync/${stamp}`;
  const script = [
    `cd ${folder}; trap 'rm -f kavita.db.new' EXIT; cat > kavita.db.new`,
    `echo "${digest}  kavita.db.new" | sha256sum -c - >/dev/null 2>&1 || { echo "only a part of the database arrived" >&2; exit 1; }`,
    `mkdir -p ${kept}`,
    `for f in ${names}; do [ ! -e "$f" ] || mv "$f" ${kept}/; done`,
    "mv kavita.db.new kavita.db",
  ].join("; ");
  await host.docker(beside(image, script), { from: file });
}

/** Takes back what `replaceDatabase` did, as far as it came: a file that was not moved is still the old one. */
export async function putBack(host: DockerHost, image: string, stamp: string): Promise<void> {
  const kept = `before-sync/${stamp}`;
  const script = `cd ${folder}; for f in ${names}; do [ ! -e "${kept}/$f" ] || cp -p "${kept}/$f" .; done`;
  await host.docker(beside(image, script));
}

export const keptAt = (stamp: string): string => `${folder}/before-sync/${stamp}`;
