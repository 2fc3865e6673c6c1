import { run } from "./run.ts";

/** Older engines tell inline programs less and do not give the drift gate its exit code. */
export const MINIMUM = "3.250.0";

/** A wrapper that wants to download first must not hold a rehearsal up. */
const PROBE_TIMEOUT_MS = 20_000;

/**
 * The version of an engine that can be used.
 * @returns "3.259.0", or why it cannot be used.
 */
export async function probe(
  command: string,
  env: NodeJS.ProcessEnv,
): Promise<{ version: string } | { problem: string }> {
  const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { ok, stdout, reason } = await run(command, ["version"], { env: quiet, timeout: PROBE_TIMEOUT_MS });
  if (!ok) return { problem: `${command} does not run (${reason})` };
  const version = stdout.trim().replace(/^v/, "");
  if (!/^\d+\.\d+\.\d+/.test(version)) {
    return { problem: `${command} names no version (it printed ${JSON.stringify(stdout.trim())})` };
  }
  return isSupported(version)
    ? { version }
    : { problem: `${command} is ${version}, not 3.x from ${MINIMUM} on` };
}

/** The Automation API refuses another major version. */
function isSupported(version: string): boolean {
  const [major, minor] = numbers(version);
  const [wantedMajor, wantedMinor] = numbers(MINIMUM);
  return major === wantedMajor && minor >= wantedMinor;
}

export function numbers(version: string): [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number);
  return [major, minor, patch];
}
