import { on } from "./containers.ts";
import { conclude, count, hostsThatAnswer, noFindings } from "./findings.ts";
import type { Observed, Verdict } from "./observed.ts";

/** P14: what is public is everybody's to try, so each application itself must turn strangers away. */
export function closedDoors(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  const { publicHostnames } = observed.settings;
  if (publicHostnames.length === 0) findings.unknown.push("the settings name no public hostname");

  const seen = hosts.map((host) => {
    const open = host.containers.filter((container) =>
      publicHostnames.some((hostname) => hostname.container === container.name),
    );
    for (const container of open)
      if (container.doors === undefined)
        findings.unknown.push(
          `${on(container, host)} is public, and nothing is known of the ways into ${container.image}`,
        );
    for (const container of host.containers)
      for (const { how } of container.doors ?? []) findings.broken.push(`${on(container, host)}: ${how}`);
    return `${host.name}: ${count(open.length, "public application")}, none of which lets a stranger in`;
  });
  return conclude("P14", findings, seen);
}
