import { conclude, count, type Findings, few, hostsThatAnswer, noFindings } from "./findings.ts";
import type { Observed, ObservedRun, Verdict } from "./observed.ts";

/** P8: judged from what was really run; where nothing ran, nothing is known. */
export function settles(observed: Observed): Verdict {
  const findings = noFindings();
  const { history, settings } = observed;
  const hosts = hostsThatAnswer(observed, findings);
  if (history.length === 0) findings.unknown.push("nothing was run");
  else {
    // One host, one stack.
    const names = [...observed.hosts, ...settings.hosts].map(({ name }) => name);
    const stacks = new Set([...names, ...history.map(({ stack }) => stack)]);
    for (const stack of stacks) checkStack(stack, history, findings);
  }
  for (const { name, volumes } of hosts)
    for (const volume of volumes)
      if (volume.protected)
        findings.broken.push(
          `the volume ${volume.name} of ${name} is protected: removing its service would stop the whole up, expected retainOnDelete alone`,
        );
  const volumes = hosts.flatMap((host) => host.volumes).length;
  return conclude("P8", findings, [
    `${count(history.length, "run")}: every second up and every refresh changed nothing, every failed up was completed by the next one, and everything ran when an up had ended well`,
    `${count(volumes, "volume")}: none deleted, none protected`,
  ]);
}

function checkStack(stack: string, history: readonly ObservedRun[], findings: Findings): void {
  const runs = history.filter((run) => run.stack === stack);
  const up = runs.findIndex((run) => isUp(run) && run.succeeded);
  if (up === -1) findings.unknown.push(`no up of ${stack} succeeded yet`);
  else
    for (const kind of ["second up", "refresh"] as const)
      if (!runs.slice(up + 1).some((run) => run.kind === kind))
        findings.unknown.push(`no ${kind} of ${stack} was run after its up`);
  runs.forEach((run, index) => {
    checkRun(run, runs.slice(index + 1), findings);
  });
}

function checkRun(run: ObservedRun, later: readonly ObservedRun[], { broken }: Findings): void {
  const { stack, kind, succeeded, changes, volumesDeleted, standingStill } = run;
  for (const volume of volumesDeleted) broken.push(`the ${kind} of ${stack} deleted the volume ${volume}`);
  if (succeeded && kind !== "refresh" && standingStill.length > 0)
    broken.push(
      `the ${kind} of ${stack} ended well while ${count(standingStill.length, "container")} of the plan stood still (${few(standingStill)})`,
    );
  if (isUp(run)) {
    const next = later.find((other) => isUp(other) || other.kind === "second up");
    if (!succeeded && next === undefined) broken.push(`the ${kind} of ${stack} failed and no other followed`);
    else if (!succeeded && next?.succeeded === false)
      broken.push(`the ${kind} of ${stack} failed and the next one did not complete it`);
    return;
  }
  if (!succeeded) broken.push(`the ${kind} of ${stack} failed`);
  if (changes.length > 0) {
    const shown = changes.map(({ urn, operation }) => `${operation} ${nameOf(urn)}`);
    broken.push(
      `the ${kind} of ${stack} found ${count(changes.length, "change")} (${few(shown)}), expected none`,
    );
  }
}

function isUp({ kind }: ObservedRun): boolean {
  return kind === "up" || kind === "resumed up";
}

/** `docker:index/container:Container grafana` of a URN; other text as it is. */
function nameOf(urn: string): string {
  const [type, name] = urn.split("::").slice(-2);
  return type === undefined || name === undefined ? urn : `${type.split("$").at(-1)} ${name}`;
}
