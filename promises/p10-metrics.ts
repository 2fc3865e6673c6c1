import { isAnyAddress } from "./addresses.ts";
import { exposuresOf, hasImage, on, serves, stateOf } from "./containers.ts";
import { conclude, count, type Findings, hostsThatAnswer, noFindings } from "./findings.ts";
import type { Observed, ObservedHost, Verdict } from "./observed.ts";
import { admits } from "./policy.ts";
import { type Scrapes, type ScrapeTarget, scrapesOf } from "./prometheus-configuration.ts";
import { deviceOf, policyOf } from "./tailnet.ts";

const interval = "15s";

/** A node-exporter as the other hosts see it. */
interface Exporter {
  readonly host: ObservedHost;
  readonly port: number;
  /** `100.64.0.2:9100` */
  readonly target: string;
}

/** P10: either host alone shows both, so each has a Prometheus that asks every node-exporter. */
export function metricsEverywhere(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  const exporters = hosts.flatMap((host) => exporterOf(host, findings) ?? []);
  const names = hosts.flatMap(({ containers }) => containers.filter(isExporter).map(({ name }) => name));
  for (const host of hosts) checkPrometheus(host, exporters, names, findings);
  checkPolicy(observed, exporters, findings);
  return conclude("P10", findings, [
    `${count(hosts.length, "host")}: Prometheus scrapes ${exporters.map(({ target }) => target).join(", ")} every ${interval}`,
    `tailnet policy: every host reaches the node-exporter of every other host`,
  ]);
}

function isExporter(container: Parameters<typeof hasImage>[0]): boolean {
  return hasImage(container, "node-exporter");
}

/** Where the process really listens, not where somebody meant to scrape it. */
function exporterOf(host: ObservedHost, { broken, unknown }: Findings): Exporter | undefined {
  const { name, tailnetAddress: address } = host;
  const container = host.containers.find(isExporter);
  if (container === undefined) broken.push(`${name} has no node-exporter`);
  else if (!serves(container)) broken.push(`${on(container, host)} ${stateOf(container)}`);
  else if (address === undefined) unknown.push(`the tailnet address of ${name} is not known`);
  else {
    const exposure = exposuresOf(host).find(
      (at) => at.container === container && (at.address === address || isAnyAddress(at.address)),
    );
    if (exposure !== undefined) return { host, port: exposure.port, target: `${address}:${exposure.port}` };
    broken.push(`${on(container, host)} does not listen on ${address}, the tailnet address of ${name}`);
  }
  return undefined;
}

function checkPrometheus(
  host: ObservedHost,
  exporters: readonly Exporter[],
  exporterNames: readonly string[],
  { broken, unknown }: Findings,
): void {
  const container = host.containers.find((candidate) => hasImage(candidate, "prometheus"));
  if (container === undefined) {
    broken.push(`${host.name} has no Prometheus`);
    return;
  }
  const shown = on(container, host);
  if (!serves(container)) broken.push(`${shown} ${stateOf(container)}`);
  const scrapes = scrapesOf(container);
  if (typeof scrapes === "string") {
    broken.push(`${shown}: ${scrapes}`);
    return;
  }
  const asked = scrapes.targets.filter(({ target }) => exporters.some((one) => one.target === target));
  for (const exporter of exporters)
    broken.push(...whyNotScraped(exporter, scrapes).map((why) => `${shown} ${why}`));
  broken.push(...whyHidden(asked).map((why) => `${shown} ${why}`));
  for (const what of asked.flatMap((one) => one.unknown))
    unknown.push(`${shown}: ${what} may take a host's numbers away, and is not looked into; expected none`);
  for (const { target, job } of scrapes.targets)
    if (exporterNames.includes(target.replace(/:\d+$/, "")))
      broken.push(
        `${shown}: job ${job} scrapes ${target}, a container's name, which shows that container's network; expected tailnet addresses`,
      );
}

function whyNotScraped({ host, target }: Exporter, { targets, dropped }: Scrapes): readonly string[] {
  const found = targets.filter((candidate) => candidate.target === target);
  const rule = dropped.find((candidate) => candidate.target === target);
  if (found.length === 0 && rule !== undefined)
    return [
      `does not scrape the node-exporter of ${host.name}: relabelling of job ${rule.job} drops ${target}`,
    ];
  if (found.length === 0)
    return [`does not scrape the node-exporter of ${host.name}, expected the target ${target}`];
  return found.flatMap((candidate) => [
    ...(candidate.interval === interval
      ? []
      : [`scrapes ${target} every ${candidate.interval}, expected ${interval}`]),
    ...(candidate.scheme === "http" && candidate.path === "/metrics"
      ? []
      : [
          `asks the node-exporter of ${host.name} for ${candidate.scheme}://${target}${candidate.path}, expected http://${target}/metrics`,
        ]),
  ]);
}

/** Of two targets with the same labels the numbers go into one series: one host is seen in place of the other. */
function whyHidden(targets: readonly ScrapeTarget[]): readonly string[] {
  const same = Map.groupBy(targets, ({ labels }) => JSON.stringify(Object.entries(labels).sort()));
  return [...same.values()].flatMap((group) => {
    const addresses = [...new Set(group.map(({ target }) => target))];
    const [first] = group;
    if (first === undefined || addresses.length < 2) return [];
    return [
      `gives ${addresses.join(" and ")} the same labels (job ${first.labels["job"]}, instance ${first.labels["instance"]}), so that one hides the other`,
    ];
  });
}

/** A host reaches itself without the tailnet. */
function checkPolicy(observed: Observed, exporters: readonly Exporter[], findings: Findings): void {
  const policy = policyOf(observed, findings);
  if (policy === undefined) return;
  for (const { host, port, target } of exporters) {
    const to = deviceOf(host, observed, findings);
    for (const other of observed.hosts) {
      const from = other === host ? undefined : deviceOf(other, observed, findings);
      if (from !== undefined && to !== undefined && !admits(policy, from, to, port))
        findings.broken.push(
          `the tailnet policy does not let ${other.name} reach the node-exporter of ${host.name} at ${target}`,
        );
    }
  }
}
