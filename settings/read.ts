import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { namespace } from "./keys.ts";
import { looksSecret } from "./plain-secrets.ts";
import { SettingsError } from "./problem.ts";
import { problemsOfRealRun } from "./real-run.ts";
import { problemsAcrossFiles, problemsWithSecrets } from "./rules.ts";
import { dockerConnection } from "./schema/host.ts";
import { accountTokens, oauthClientIn, secretKeys } from "./secrets.ts";
import type { Environment, HostSettings, Settings } from "./settings.ts";
import { readStackFile, type StackFile } from "./stack-file.ts";
import { problemsOfSteps } from "./step-login.ts";

/** What is parsed: once, by whoever runs a stack. */
export interface SettingsInput {
  /** File name → YAML text, of every stack file of the project. */
  readonly files: Readonly<Record<string, string>>;
  /** The stack being run; only its secrets are asked for. */
  readonly stack: string;
  /** Decrypted secrets of that stack by key without the namespace, to check their form. */
  readonly secretValues?: Readonly<Record<string, string>>;
  /** Where a run against real accounts finds their tokens. A rehearsal has no such place, and may keep placeholders. */
  readonly environment?: Environment | undefined;
  /** Whether first-run steps may run on the host: then there must be a key to log in with. */
  readonly runsSteps?: boolean;
}

/** Throws a SettingsError with every problem of every file. */
export function readSettings(input: SettingsInput): Settings {
  const { files, stack, secretValues = {}, environment, runsSteps = false } = input;
  const fromEnvironment = tokensIn(environment ?? {});
  const stackFiles = Object.keys(files)
    .sort()
    .map((file) => readStackFile(file, files[file] ?? ""));
  const found = [
    ...stackFiles.flatMap(({ problems }) => problems),
    ...problemsAcrossFiles(stackFiles, stack),
    ...problemsWithSecrets(stackFiles, stack, secretValues, fromEnvironment.tokens),
    ...(environment === undefined ? [] : problemsOfRealRun(stackFiles, stack, environment)),
    ...(environment !== undefined && runsSteps ? problemsOfSteps(stackFiles, stack, environment) : []),
  ];
  // A secret in plain text is a problem of its own; whatever rule it breaks besides would repeat it.
  const problems = found.filter(({ value }) => !looksSecret(value));
  if (problems.length > 0) throw new SettingsError(problems);
  return assemble(stackFiles, fromEnvironment);
}

/** File name → text of every stack file in a folder: `Pulumi.<name>.yaml`, not the project's own `Pulumi.yaml`. */
export function loadStackFiles(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}

/** Keys of the accounts' tokens that are there, and the OAuth client that one of them belongs to. */
const tokensIn = (environment: Environment) => ({
  tokens: Object.keys(accountTokens(environment)),
  oauthClientId: oauthClientIn(environment),
});

function assemble(
  stackFiles: readonly StackFile[],
  { tokens, oauthClientId }: ReturnType<typeof tokensIn>,
): Settings {
  const hub = stackFiles.find(({ role }) => role === "hub");
  const { site, edge, tailnet, network, services, drift, inUse, server } = hub?.sections ?? {};
  if (!(hub && site && edge && tailnet && network && services && drift && inUse && server))
    throw new Error("settings without a problem must hold a whole hub");
  return {
    site: { ...site, weatherPlace: site.weatherPlace, activityHost: site.activityHost ?? hub.name },
    edge,
    tailnet: { ...tailnet, oauthClientId: oauthClientId ?? tailnet.oauthClientId },
    network,
    services,
    drift,
    server,
    providedSecrets: secretKeys.filter((key) => namespace + key in hub.config),
    tokensFromEnvironment: tokens,
    secretsInUse: Object.keys(inUse),
    hosts: [hub, ...stackFiles.filter((file) => file !== hub)].map(hostOf),
  };
}

function hostOf({ name, sections: { host } }: StackFile): HostSettings {
  if (host === undefined) throw new Error(`settings without a problem must hold the host ${name}`);
  return {
    name,
    role: host.role,
    tailnetAddress: host.tailnetAddress,
    ramMiB: host.ramMiB,
    swapMiB: host.swapMiB,
    profile: host.profile,
    docker: dockerConnection(host),
    platform: host.platform,
    freeDiskMiB: host.freeDiskMiB,
    adoptNetwork: host.adoptNetwork,
    booksPath: host.booksPath,
  };
}
