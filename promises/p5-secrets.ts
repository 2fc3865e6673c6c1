import { hasImage, on } from "./containers.ts";
import { conclude, count, type Findings, hostsThatAnswer, noFindings } from "./findings.ts";
import type { Observed, ObservedContainer, ObservedHost, Verdict } from "./observed.ts";
import { formsOf, shortestSecret } from "./secret-forms.ts";

const token = "TUNNEL_TOKEN";

/** What is looked for: the name of a secret, and every text that gives it away. */
interface Needle {
  readonly name: string;
  readonly forms: readonly string[];
}

/**
 * P5: one tunnel for all connectors, and no secret where `docker inspect`, `ps`, a copied state (the ids, names and URNs
 * in it included), a name in an account, what a run printed, or a file that was declared plain shows it. A program that
 * takes a secret only from a file has it in one that came as a secret.
 */
export function keptSecrets(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  const connectors = checkConnectors(hosts, findings);
  const needles = needlesOf(observed, hosts, findings);
  for (const host of hosts)
    for (const container of host.containers) checkContainer(container, host, needles, findings);
  if (observed.states.length === 0) findings.unknown.push("no state could be read to look for secrets in");
  for (const { stack, text } of observed.states)
    for (const name of namesIn(text, needles))
      findings.broken.push(`the state of stack ${stack} holds the secret ${name} in plain text`);
  for (const { stack, kind, printed } of observed.history)
    for (const name of namesIn(printed ?? "", needles))
      findings.broken.push(`what the ${kind} of stack ${stack} printed holds the secret ${name}`);
  for (const [place, seen] of openPlaces(observed, hosts))
    for (const name of namesIn(JSON.stringify(seen), needles))
      findings.broken.push(`${place} hold the secret ${name}`);

  const containers = hosts.flatMap((host) => host.containers);
  return conclude("P5", findings, [
    `${count(connectors, "connector")} with the same tunnel token, given as a secret variable`,
    `${count(needles.length, "secret")} looked for in commands, entrypoints, health checks, labels, plain variables and plain files of ${count(containers.length, "container")}, in what the accounts and hosts call things, in what ${count(observed.history.length, "run")} printed and in ${count(observed.states.length, "state")}, as text, hexadecimal digits, base64 or in a URL: none found`,
  ]);
}

/** What nobody hides: whoever may look at a host or an account at all reads it. */
function openPlaces(
  { edge, tailnet }: Observed,
  hosts: readonly ObservedHost[],
): readonly (readonly [string, unknown])[] {
  return [
    ...hosts.map(
      ({ name, containers, volumes }) =>
        [
          `the names of containers, images, networks and volumes on ${name}`,
          [containers.map((one) => [one.name, one.image, one.networks, one.volumes]), volumes],
        ] as const,
    ),
    [`the DNS records of ${edge.domain}`, edge.records],
    ["the ids, names and rules of the tunnels", edge.tunnels],
    ["the policy of the tailnet and the names of its devices", tailnet],
  ];
}

function checkConnectors(hosts: readonly ObservedHost[], { broken, unknown }: Findings): number {
  const connectors = hosts
    .flatMap((host) => host.containers.map((container) => ({ container, host, shown: on(container, host) })))
    .filter(({ container }) => hasImage(container, "cloudflared"));
  if (connectors.length === 0) unknown.push("no connector (cloudflared) was found on any host");
  const first = connectors.find(({ container }) => container.environment[token] !== undefined);
  for (const { container, shown } of connectors) {
    const value = container.environment[token];
    if ([...container.entrypoint, ...container.command].some((part) => part.startsWith("--token")))
      broken.push(`${shown} takes its token from the command line, expected the variable ${token}`);
    if (value === undefined || value === "")
      broken.push(`${shown} has no ${token}, expected it as a secret variable`);
    else if (!container.secretVariables.includes(token))
      broken.push(`${shown}: ${token} is not marked as secret`);
    if (value !== undefined && first !== undefined && value !== first.container.environment[token])
      broken.push(`${shown}: ${token} differs from the one of ${first.shown}`);
  }
  return connectors.length;
}

/** Tunnel tokens are looked for even where nobody listed them. */
function needlesOf(
  observed: Observed,
  hosts: readonly ObservedHost[],
  { unknown }: Findings,
): readonly Needle[] {
  const known = Object.entries(observed.secrets);
  if (known.length === 0) unknown.push("no secret is known to look for");
  for (const [name, value] of known)
    if (value.length < shortestSecret)
      unknown.push(
        `the secret ${name} has ${value.length} characters: too few to look for, expected ${shortestSecret} or more`,
      );
  const tokens = hosts.flatMap((host) =>
    host.containers.flatMap((container): [string, string][] => {
      const value = container.environment[token];
      return value === undefined ? [] : [[`${token} of ${on(container, host)}`, value]];
    }),
  );
  const byValue = new Map([...tokens, ...known].map(([name, value]) => [value, name]));
  return [...byValue]
    .filter(([value]) => value.length >= shortestSecret)
    .map(([value, name]) => ({ name, forms: formsOf(value) }));
}

function namesIn(text: string, needles: readonly Needle[]): readonly string[] {
  return needles.filter(({ forms }) => forms.some((form) => text.includes(form))).map(({ name }) => name);
}

function checkContainer(
  container: ObservedContainer,
  host: ObservedHost,
  needles: readonly Needle[],
  { broken }: Findings,
): void {
  const shown = on(container, host);
  // Each becomes the arguments of a process: the health check's again and again.
  const { command, entrypoint, healthCheck } = container;
  for (const [kind, words] of Object.entries({ command, entrypoint, "health check": healthCheck }))
    for (const name of namesIn(words.join(" "), needles))
      broken.push(`the ${kind} of ${shown} holds the secret ${name}`);
  for (const [label, value] of Object.entries(container.labels))
    for (const name of namesIn(`${label}=${value}`, needles))
      broken.push(`a label of ${shown} holds the secret ${name}`);
  for (const [variable, value] of Object.entries(container.environment)) {
    if (container.secretVariables.includes(variable)) continue;
    for (const name of namesIn(value, needles))
      broken.push(
        `the variable ${variable} of ${shown} holds the secret ${name} and is not marked as secret`,
      );
  }
  for (const { path, content } of container.files) {
    if (container.secretFiles.includes(path)) continue;
    for (const name of namesIn(content, needles))
      broken.push(`the file ${path} of ${shown} holds the secret ${name} and is not declared to carry one`);
  }
}
