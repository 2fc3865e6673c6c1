import { tokenOf, tokenProblem } from "../cloudflare/connectors.ts";
import { redisPassword } from "../facts/databases.ts";
import type { ImageFacts, Need } from "../image-facts.ts";
import type { Container, ContainerFile, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { isPostgres, postgresDataOf } from "./postgres.ts";
import { factsFor, isHidden, listenersOf, runOf, userOf } from "./process.ts";
import { addressesOf, clashOf, reach } from "./reach.ts";

/** Whether a uid may do something with a file; `bit` is 4 for reading and 2 for writing. */
function may(uid: string, file: ContainerFile, bit: 4 | 2): boolean {
  if (uid === "0" || uid === "root") return true;
  const [owner = 0, , others = 0] = [...file.mode.slice(1)].map(Number);
  const group = Number(file.mode.charAt(2));
  if (file.owner === uid) return (owner & bit) !== 0;
  if (file.group === uid) return (group & bit) !== 0;
  return (others & bit) !== 0;
}

function fileProblem(container: Container, facts: ImageFacts): string | undefined {
  const hidden = container.files.find((file) => isHidden(container, file.path));
  if (hidden) return `${hidden.path} is hidden by a tmpfs: uploads are written before the container starts`;
  const uid = userOf(container, facts);
  const unreadable = container.files.find((file) => !may(uid, file, 4));
  if (unreadable) {
    return `${unreadable.path} is ${unreadable.owner}:${unreadable.group} ${unreadable.mode}: its user ${uid} cannot read it`;
  }
  const stuck = container.files.find((file) => facts.writable?.includes(file.path) && !may(uid, file, 2));
  return (
    stuck && `${stuck.path} is ${stuck.owner}:${stuck.group} ${stuck.mode}: its user ${uid} cannot write it`
  );
}

function addressProblem(workings: Workings, machine: Machine, container: Container): string | undefined {
  if (container.networkMode !== "host") return undefined;
  const owned = addressesOf(workings.state, machine);
  for (const { address, port, protocol } of listenersOf(workings, machine, container)) {
    if (!owned.includes(address))
      return `listen ${protocol} ${address}:${port}: bind: cannot assign requested address`;
    const other = clashOf(workings, machine, container, { ip: address, external: port, protocol });
    if (other) return `listen ${protocol} ${address}:${port}: bind: address already in use (by ${other})`;
  }
  return undefined;
}

/** Why the main process ends or never gets going; undefined when it runs. */
export function processProblem(
  workings: Workings,
  machine: Machine,
  container: Container,
): string | undefined {
  const facts = factsFor(workings, machine, container);
  if (!facts) return `nothing is known of image ${container.image}`;
  const run = runOf(machine, container);
  return (
    facts.problem?.(run) ??
    fileProblem(container, facts) ??
    addressProblem(workings, machine, container) ??
    (container.memory > 0 && container.memory < facts.minimumMiB
      ? `killed for want of memory: the limit is ${container.memory} MiB, the image needs ${facts.minimumMiB} MiB (${facts.source})`
      : undefined) ??
    (/(^|\/)cloudflared(:|@|$)/.test(container.image)
      ? tokenProblem(workings.state, tokenOf(container))
      : undefined) ??
    postgresProblem(machine, container)
  );
}

function postgresProblem(machine: Machine, container: Container): string | undefined {
  if (!isPostgres(container)) return undefined;
  const known = postgresDataOf(machine, container);
  return known.password === ""
    ? "Database is uninitialized and superuser password is not specified (POSTGRES_PASSWORD)"
    : undefined;
}

function postgresNeed(need: Need, server: { machine: Machine; container: Container }): string | undefined {
  const data = postgresDataOf(server.machine, server.container);
  const place = `${need.host}:${need.port}`;
  if (!isPostgres(server.container)) return `${place} is ${server.container.name}, which is no Postgres`;
  if (data.user !== need.user || data.password !== need.password) {
    return `FATAL: password authentication failed for user "${need.user}" at ${place} (the volume remembers the password it was first made with)`;
  }
  if (data.database !== need.database)
    return `FATAL: database "${need.database}" does not exist at ${place}; it has "${data.database}"`;
  return undefined;
}

function needProblem(
  workings: Workings,
  machine: Machine,
  container: Container,
  need: Need,
): string | undefined {
  const found = reach(workings, machine, container, need.host, need.port);
  if ("problem" in found) return `its ${need.kind} is out of reach: ${found.problem}`;
  if (need.kind === "postgres") return postgresNeed(need, found);
  if (need.kind === "http") return undefined;
  const wanted = redisPassword(runOf(found.machine, found.container));
  if (wanted === need.password) return undefined;
  return `its redis at ${need.host}:${need.port} answers WRONGPASS invalid username-password pair`;
}

/** What a container lacks of others: with `fatal` what it cannot be healthy without, else what it does without. */
export function needProblems(
  workings: Workings,
  machine: Machine,
  container: Container,
  fatal: boolean,
): string[] {
  const needs = factsFor(workings, machine, container)?.needs?.(runOf(machine, container)) ?? [];
  return needs
    .filter((need) => need.fatal === fatal)
    .map((need) => needProblem(workings, machine, container, need))
    .filter((problem) => problem !== undefined);
}
