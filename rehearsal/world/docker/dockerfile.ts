import type { BuiltImage } from "../state.ts";

/** Instructions of a Dockerfile with comments left out and continued lines joined. */
function instructions(source: string): { word: string; rest: string }[] {
  return source
    .replaceAll(/^\s*#.*$/gm, "")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => /^\s*([A-Za-z]+)\s+(.*\S)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ word: (match[1] ?? "").toUpperCase(), rest: match[2] ?? "" }));
}

function substitute(value: string, values: Record<string, string>): string {
  return value.replaceAll(
    /\$\{?(\w+)(?::-([^}]*))?\}?/g,
    (_match, name: string, otherwise?: string) => values[name] ?? otherwise ?? "",
  );
}

/** The words of `["a", "b"]`; undefined for the form that a shell runs. */
function words(command: string): string[] | undefined {
  if (!command.startsWith("[")) return undefined;
  const given: unknown = JSON.parse(command);
  return Array.isArray(given) ? given.map(String) : [];
}

function healthcheck(rest: string): string[] {
  const command = /CMD\s+(.*)$/.exec(rest)?.[1];
  if (command === undefined) return [];
  const given = words(command);
  return given ? ["CMD", ...given] : ["CMD-SHELL", command];
}

export interface ParsedDockerfile {
  /** Every image that a FROM or a COPY --from takes from a registry. */
  bases: string[];
  image: BuiltImage;
}

/** Reads FROM, ARG, USER, EXPOSE, CMD and HEALTHCHECK; what the other instructions do to the files is not simulated. */
export function parseDockerfile(source: string, args: Record<string, string>): ParsedDockerfile {
  const values: Record<string, string> = {};
  const stages: Record<string, string> = {};
  const bases: string[] = [];
  let image: BuiltImage = { base: "", user: "", exposed: [], command: [], healthcheck: [] };
  for (const { word, rest } of instructions(source)) {
    if (word === "ARG") {
      const [name = "", otherwise = ""] = rest.split("=");
      values[name.trim()] = args[name.trim()] ?? otherwise.trim();
    } else if (word === "FROM") {
      const [reference = "", , alias] = substitute(rest.replace(/--platform=\S+\s+/, ""), values).split(
        /\s+/,
      );
      const base = stages[reference] ?? reference;
      if (!(reference in stages) && reference !== "scratch") bases.push(reference);
      if (alias !== undefined) stages[alias] = base;
      image = { base, user: "", exposed: [], command: [], healthcheck: [] };
    } else if (word === "USER") {
      image.user = substitute(rest, values);
    } else if (word === "EXPOSE") {
      image.exposed.push(
        ...substitute(rest, values)
          .split(/\s+/)
          .map((port) => Number.parseInt(port, 10)),
      );
    } else if (word === "CMD") {
      image.command = words(rest) ?? ["/bin/sh", "-c", rest];
    } else if (word === "HEALTHCHECK") {
      image.healthcheck = healthcheck(rest);
    } else if (word === "COPY") {
      const from = /--from=(\S+)/.exec(rest)?.[1];
      if (from !== undefined && !(from in stages) && !/^\d+$/.test(from))
        bases.push(substitute(from, values));
    }
  }
  return { bases, image };
}
