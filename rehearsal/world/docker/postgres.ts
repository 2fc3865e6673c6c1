import { settingOf } from "../facts/configuration.ts";
import type { Container, DockerVolume, Machine, PostgresData } from "../state.ts";
import { runOf } from "./process.ts";

/** Where the official image keeps its data: below this folder (PostgreSQL 18 moved it up by one). */
const DATA_FOLDER = "/var/lib/postgresql";

export function isPostgres(container: Container): boolean {
  return /(^|\/)postgres(:|@|$)/.test(container.image);
}

function volumeOf(machine: Machine, container: Container): DockerVolume | undefined {
  const mount = container.mounts.find((one) => one.kind === "volume" && one.target.startsWith(DATA_FOLDER));
  return mount && machine.volumes[mount.source];
}

function configured(machine: Machine, container: Container): PostgresData {
  const run = runOf(machine, container);
  const user = settingOf(run, "POSTGRES_USER") || "postgres";
  return {
    user,
    password: settingOf(run, "POSTGRES_PASSWORD"),
    database: settingOf(run, "POSTGRES_DB") || user,
  };
}

/** What a running server really answers to: the variables count only when its data folder is first made. */
export function postgresDataOf(machine: Machine, container: Container): PostgresData {
  return volumeOf(machine, container)?.postgres ?? container.postgres ?? configured(machine, container);
}

/** First start of a Postgres container: its volume remembers user, password and database from now on. */
export function initialise(machine: Machine, container: Container): void {
  if (!isPostgres(container)) return;
  const volume = volumeOf(machine, container);
  const fresh = configured(machine, container);
  if (fresh.password === "") return;
  if (volume) volume.postgres ??= fresh;
  else container.postgres ??= fresh;
}
