import { on } from "./containers.ts";
import { conclude, count, type Findings, hostsThatAnswer, noFindings } from "./findings.ts";
import type { Observed, ObservedContainer, ObservedHost, Verdict } from "./observed.ts";

/** What the system itself takes, MiB: of RAM and swap together, and in an ordinary hour. */
const systemAtMost = 512;
const systemUsually = 256;

/** P7: no container can take a host down (limits), and an ordinary hour mostly stays out of swap (typical use). */
export function memoryFits(observed: Observed): Verdict {
  const findings = noFindings();
  const seen = hostsThatAnswer(observed, findings).map((host) => checkHost(host, observed, findings));
  return conclude("P7", findings, seen);
}

function checkHost(host: ObservedHost, { settings }: Observed, findings: Findings): string {
  const { name, containers } = host;
  const machine = settings.hosts.find((candidate) => candidate.name === name);
  if (machine === undefined) {
    findings.broken.push(`${name} has no memory in the settings, expected its ramMiB and swapMiB`);
    return "";
  }
  for (const container of containers) checkContainer(container, host, findings);

  const { ramMiB, swapMiB } = machine;
  const limits = sum(containers.map(({ memoryMiB }) => memoryMiB));
  const typical = sum(containers.map(({ typicalMiB }) => typicalMiB ?? 0));
  const roomForLimits = ramMiB + swapMiB - systemAtMost;
  const roomForTypical = ramMiB + swapMiB / 2 - systemUsually;
  const machineText = `${ramMiB} MiB of RAM and ${swapMiB} MiB of swap`;
  if (!(limits <= roomForLimits))
    findings.broken.push(
      `${name}: the memory limits of its containers add up to ${limits} MiB, expected at most ${roomForLimits} (${machineText})`,
    );
  if (!(typical <= roomForTypical))
    findings.broken.push(
      `${name}: the typical use of its containers adds up to ${typical} MiB, expected at most ${roomForTypical} (${machineText})`,
    );
  return `${name}: limits of ${count(containers.length, "container")} ${limits} of ${roomForLimits} MiB, typical use ${typical} of ${roomForTypical} MiB`;
}

function checkContainer(
  container: ObservedContainer,
  host: ObservedHost,
  { broken, unknown }: Findings,
): void {
  const { memoryMiB, memorySwapMiB, typicalMiB } = container;
  if (!(memoryMiB > 0)) broken.push(`${on(container, host)} has no memory limit`);
  else if (!(memorySwapMiB >= memoryMiB))
    broken.push(
      `${on(container, host)}: memory and swap together are limited to ${memorySwapMiB} MiB, expected at least its memory limit of ${memoryMiB}`,
    );
  if (typicalMiB === undefined) unknown.push(`the typical memory use of ${on(container, host)} is not known`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
