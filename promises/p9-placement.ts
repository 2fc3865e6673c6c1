import { on } from "./containers.ts";
import { conclude, count, type Findings, hostsThatAnswer, noFindings } from "./findings.ts";
import type { Observed, ObservedSettings, Verdict } from "./observed.ts";

type Placement = ObservedSettings["placements"][number];

/** P9: nobody should find out from a missing bookmark that two hosts keep two sets of data. */
export function declaredPlacement(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  const { placements, acceptSplitData } = observed.settings;
  if (placements.length === 0) findings.unknown.push("the settings name no service");

  for (const { service, placement } of placements)
    if (placement === undefined)
      findings.broken.push(
        `${service} does not declare where its data lives, expected none, shared or per-host`,
      );
  for (const host of hosts)
    for (const container of host.containers) {
      const owner = placements.find(({ containers }) => containers.includes(container.name));
      const volumes = container.volumes.map(({ name }) => name).join(", ");
      if (owner === undefined)
        findings.broken.push(`${on(container, host)} belongs to no service whose data placement is declared`);
      else if (owner.placement === "none" && volumes !== "")
        findings.broken.push(
          `${on(container, host)} mounts ${volumes}, but ${owner.service} declares to have no data`,
        );
    }
  const split = splitServices(observed);
  checkAcceptance(split, acceptSplitData, findings);

  const number = (wanted: Placement["placement"]) =>
    placements.filter(({ placement }) => placement === wanted).length;
  return conclude(
    "P9",
    findings,
    [
      `${count(placements.length, "service")}: ${number("none")} without data, ${number("shared")} shared, ${number("per-host")} per host`,
      `writable data that differs per host, accepted by name: ${split.join(", ") || "none"}`,
    ],
    acceptedForNothing(split, observed.settings),
  );
}

/** Public services in which a person finds on one host what is missing on another. */
function splitServices({ hosts, settings }: Observed): readonly string[] {
  if (Math.max(hosts.length, settings.hosts.length) < 2) return [];
  const answering = new Set(settings.publicHostnames.map(({ container }) => container));
  return settings.placements
    .filter(({ placement, writable }) => placement === "per-host" && writable)
    .filter((service) => service.public || service.containers.some((name) => answering.has(name)))
    .map(({ service }) => service);
}

function checkAcceptance(split: readonly string[], accepted: readonly string[], { broken }: Findings): void {
  for (const service of split)
    if (!accepted.includes(service))
      broken.push(
        `${service} is public and keeps writable data per host, expected its name in acceptSplitData`,
      );
}

function acceptedForNothing(
  split: readonly string[],
  { acceptSplitData, placements }: ObservedSettings,
): readonly string[] {
  return acceptSplitData
    .filter((name) => !split.includes(name))
    .map((name) =>
      placements.some(({ service }) => service === name)
        ? `acceptSplitData names ${name}, which needs no acceptance`
        : `acceptSplitData names ${name}, which is no service that runs here`,
    );
}
