import { statSync } from "node:fs";
import type { BlockList } from "node:net";
import * as z from "zod/mini";
import { type ListenAddress, parseListen } from "./listen.ts";
import { parseProxies } from "./proxies.ts";
import { isPlace, placeExample } from "./rules/place.ts";
import { type Peer, parseBaseUrl, parseHostName, parsePeers } from "./urls.ts";

export type Configuration = {
  listen: ListenAddress[];
  hostName: string;
  /** Where the host's root is mounted; "" when this process sees the host's files itself. */
  hostRoot: string;
  peers: Peer[];
  forgejo:
    | { url: string; publicUrl: string | undefined; token: string | undefined; showPrivate: boolean }
    | undefined;
  weather: { url: string; place: string | undefined };
  trustedProxies: BlockList | undefined;
  logLevel: string;
  limits: { inFlight: number; inFlightPerClient: number; connections: number };
};

/** What is wrong with the environment: one line per variable with its name, value and remedy. */
export class ConfigurationError extends Error {}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** A variable whose text goes through a parser that throws its complaint. */
function variable<T>(parse: (text: string) => T) {
  return z.pipe(
    z.string("is not set"),
    z.transform((text: string, context) => {
      try {
        return parse(text.trim());
      } catch (error) {
        context.issues.push({
          code: "custom",
          message: error instanceof Error ? error.message : String(error),
          input: text,
        });
        return z.NEVER;
      }
    }),
  );
}

const optional = <T>(parse: (text: string) => T) => z.optional(variable(parse));
const wholeNumber = (low: number, high: number) => (text: string) => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= low && number <= high) return number;
  throw new Error(`"${text}" is no whole number from ${low} to ${high}`);
};

const environment = z.object({
  LISTEN: variable(parseListen),
  HOST_NAME: variable(parseHostName),
  HOST_ROOT: optional(parseHostRoot),
  PEERS: optional(parsePeers),
  FORGEJO_URL: optional(parseBaseUrl),
  FORGEJO_PUBLIC_URL: optional(parseBaseUrl),
  FORGEJO_TOKEN: optional(parseToken),
  FORGEJO_SHOW_PRIVATE: optional(parseYesNo),
  WEATHER_URL: optional(parseBaseUrl),
  WEATHER_PLACE: optional(parsePlace),
  TRUSTED_PROXIES: optional(parseProxies),
  LOG_LEVEL: optional(parseLogLevel),
  MAX_IN_FLIGHT: optional(wholeNumber(1, 10_000)),
  MAX_IN_FLIGHT_PER_CLIENT: optional(wholeNumber(1, 10_000)),
  MAX_CONNECTIONS: optional(wholeNumber(1, 100_000)),
});

const examples: Record<string, string> = {
  LISTEN: "LISTEN=172.30.0.1:8000,100.64.0.1:8000",
  HOST_NAME: "HOST_NAME=cloud",
};

/** Parses the environment once. An empty variable counts as unset. Throws `ConfigurationError`. */
export function parseConfiguration(variables: Record<string, string | undefined>): Configuration {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.map(complaint).join("\n"));
  const value = parsed.data;
  const peers = value.PEERS ?? [];
  if (peers.some(({ name }) => name === value.HOST_NAME)) {
    throw new ConfigurationError(
      `PEERS names "${value.HOST_NAME}", which is this host (HOST_NAME); leave it out`,
    );
  }
  return {
    listen: value.LISTEN,
    hostName: value.HOST_NAME,
    hostRoot: value.HOST_ROOT ?? "",
    peers,
    forgejo:
      value.FORGEJO_URL === undefined
        ? undefined
        : {
            url: value.FORGEJO_URL,
            publicUrl: value.FORGEJO_PUBLIC_URL,
            token: value.FORGEJO_TOKEN,
            showPrivate: value.FORGEJO_SHOW_PRIVATE ?? false,
          },
    weather: { url: value.WEATHER_URL ?? "https://wttr.in", place: value.WEATHER_PLACE },
    trustedProxies: value.TRUSTED_PROXIES,
    logLevel: value.LOG_LEVEL ?? "info",
    limits: {
      inFlight: value.MAX_IN_FLIGHT ?? 256,
      inFlightPerClient: value.MAX_IN_FLIGHT_PER_CLIENT ?? 64,
      connections: value.MAX_CONNECTIONS ?? 512,
    },
  };
}

function complaint(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0]);
  const example = examples[name];
  return issue.message === "is not set" && example !== undefined
    ? `${name} is not set; set it, for example ${example}`
    : `${name}: ${issue.message}`;
}

/** Returns the prefix to put before an absolute path of the host: "" for the root itself. */
function parseHostRoot(text: string): string {
  const directory = statSync(text, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!text.startsWith("/") || !directory) {
    throw new Error(
      `"${text}" is no directory here; mount the host's root there read-only (/:${text}:ro,rslave) or unset it`,
    );
  }
  return text.replace(/\/+$/, "");
}

function parseToken(text: string): string {
  // The value is a secret: the complaint must not repeat it.
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new Error("(value not shown) holds blanks or odd characters; paste the token alone");
  return text;
}

function parsePlace(text: string): string {
  if (isPlace(text)) return text;
  throw new Error(`"${text}" is no place; write ${placeExample}`);
}

function parseYesNo(text: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw new Error(`"${text}" is neither true nor false`);
}

function parseLogLevel(text: string): string {
  if (logLevels.includes(text)) return text;
  throw new Error(`"${text}" is no log level; use one of ${logLevels.join(", ")}`);
}
