import { listenAddress, option } from "../facts/configuration.ts";
import { redisPassword } from "../facts/databases.ts";
import type { ImageFacts, Tool } from "../image-facts.ts";
import type { Container, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { imageOf, listenersOf, runOf } from "./process.ts";
import { reach } from "./reach.ts";

const SHELL_BUILTINS = ["test", "[", "!", "exec", "exit", "true", "false", "echo", "set", "{", "}", "grep"];

/** The test that Docker runs: the container's own, else its image's; empty when there is none. */
export function testOf(machine: Machine, container: Container): string[] {
  const own = container.healthcheck?.tests ?? [];
  if (own.length > 0) return own[0] === "NONE" ? [] : own;
  return imageOf(machine, container)?.build?.healthcheck ?? [];
}

/** The programs that a shell line calls. */
function programsOf(line: string): string[] {
  return line
    .split(/\|\||&&|[|;]/)
    .map((part) => part.trim().split(/\s+/))
    .map((words) => words.find((word) => !/^\w+=/.test(word) && word !== "!" && word !== "exec") ?? "")
    .filter((word) => word !== "" && !SHELL_BUILTINS.includes(word));
}

interface Call {
  programs: string[];
  text: string;
  words: string[];
}

function callOf(test: string[]): Call {
  const [kind = "", ...rest] = test;
  if (kind === "CMD-SHELL")
    return {
      programs: ["sh", ...programsOf(rest[0] ?? "")],
      text: rest.join(" "),
      words: rest.join(" ").split(/\s+/),
    };
  const shellLine = rest[0] === "sh" || rest[0] === "/bin/sh" ? rest.at(-1) : undefined;
  const programs = shellLine && rest[1] === "-c" ? ["sh", ...programsOf(shellLine)] : [rest[0] ?? ""];
  return { programs, text: rest.join(" "), words: shellLine ? shellLine.split(/\s+/) : rest };
}

function httpProblem(
  workings: Workings,
  machine: Machine,
  container: Container,
  facts: ImageFacts,
  text: string,
): string | undefined {
  const url = /https?:\/\/([^/\s:'"]+)(?::(\d+))?([^\s'"|;)]*)/.exec(text);
  if (!url) return `its health check names no URL: ${text}`;
  const [whole, host = "", portText, path = ""] = url;
  const port = Number(portText ?? (whole.startsWith("https:") ? 443 : 80));
  const isLoopback = host === "127.0.0.1" || host === "localhost" || host === container.name;
  if (isLoopback) {
    const address = "127.0.0.1";
    const listens = listenersOf(workings, machine, container).some(
      (one) => one.port === port && (one.address === "0.0.0.0" || one.address === address),
    );
    if (!listens)
      return `its health check asks ${host}:${port}, where nothing listens in the container (${describeListeners(workings, machine, container)})`;
  } else {
    const found = reach(workings, machine, container, host, port);
    if ("problem" in found) return `its health check asks ${host}:${port}: ${found.problem}`;
  }
  const plainPath = path.split("?")[0] || "/";
  const wrong = facts.wrongPaths?.[plainPath];
  if (wrong) return `its health check asks ${plainPath}, which ${wrong}`;
  if (facts.paths && !facts.paths.includes(plainPath)) {
    return `its health check asks ${plainPath}; the image answers ${facts.paths.join(", ")} (${facts.source})`;
  }
  return undefined;
}

function describeListeners(workings: Workings, machine: Machine, container: Container): string {
  const ports = listenersOf(workings, machine, container).map((one) => `${one.address}:${one.port}`);
  return `it listens on ${ports.join(", ") || "nothing"}`;
}

/** `cloudflared … ready` asks the metrics page, so it must be told where that is. */
function ownProblem(
  workings: Workings,
  machine: Machine,
  container: Container,
  call: Call,
): string | undefined {
  if (!call.programs.includes("cloudflared")) return undefined;
  const asked = listenAddress(
    option({ ...runOf(machine, container), command: call.words }, "--metrics") ??
      container.env["TUNNEL_METRICS"] ??
      "",
  );
  if (!asked) return "`cloudflared tunnel ready` needs --metrics: it does not know which address to ask";
  const listens = listenersOf(workings, machine, container).some((one) => one.port === asked.port);
  return listens
    ? undefined
    : `its health check asks port ${asked.port}; ${describeListeners(workings, machine, container)}`;
}

function postgresProblem(
  workings: Workings,
  machine: Machine,
  container: Container,
  call: Call,
): string | undefined {
  const port = Number(option({ ...runOf(machine, container), command: call.words }, "-p") ?? 5432);
  const listens = listenersOf(workings, machine, container).some((one) => one.port === port);
  return listens
    ? undefined
    : `pg_isready asks port ${port}; ${describeListeners(workings, machine, container)}`;
}

function redisProblem(machine: Machine, container: Container, call: Call): string | undefined {
  const run = runOf(machine, container);
  const wanted = redisPassword(run);
  const given = (
    option({ ...run, command: call.words }, "-a") ??
    container.env["REDISCLI_AUTH"] ??
    ""
  ).replaceAll(/^["']|["']$/g, "");
  const value = given.startsWith("$") ? (container.env[given.replaceAll(/[${}]/g, "")] ?? "") : given;
  return wanted === value
    ? undefined
    : "redis-cli answers NOAUTH Authentication required (REDISCLI_AUTH is not the server's password)";
}

/** A program is known by the path that the check calls it with, or by its plain name. */
function toolOf(facts: ImageFacts, program: string): Tool | undefined {
  return facts.tools[program] ?? facts.tools[program.split("/").at(-1) ?? ""];
}

/** Why the health check fails in a container whose process runs; undefined when it passes or there is none. */
export function probeProblem(
  workings: Workings,
  machine: Machine,
  container: Container,
  facts: ImageFacts,
): string | undefined {
  const test = testOf(machine, container);
  if (test.length === 0) return undefined;
  if (test[0] !== "CMD" && test[0] !== "CMD-SHELL") {
    return `its health check begins with "${test[0] ?? ""}"; Docker knows CMD, CMD-SHELL and NONE`;
  }
  const call = callOf(test);
  const missing = call.programs.find((program) => toolOf(facts, program) === undefined);
  if (missing !== undefined) {
    const known = Object.keys(facts.tools).join(", ") || "none";
    return `its health check calls ${missing}, which the image ${container.image} does not have (it has ${known}; ${facts.source})`;
  }
  for (const program of call.programs) {
    const problem = judge(workings, machine, container, facts, call, toolOf(facts, program));
    if (problem) return problem;
  }
  return undefined;
}

function judge(
  workings: Workings,
  machine: Machine,
  container: Container,
  facts: ImageFacts,
  call: Call,
  tool: Tool | undefined,
): string | undefined {
  switch (tool) {
    case "http":
      return httpProblem(workings, machine, container, facts, call.text);
    case "own":
      return ownProblem(workings, machine, container, call);
    case "postgres":
      return postgresProblem(workings, machine, container, call);
    case "redis":
      return redisProblem(machine, container, call);
    default:
      return undefined;
  }
}
