import { type Instance, sameDatabase } from "./authentik-database.ts";
import { hasImage, on } from "./containers.ts";
import { conclude, count, type Findings, hostsThatAnswer, hubOf, noFindings } from "./findings.ts";
import type { Observed, Verdict } from "./observed.ts";

/** Compared by value and never shown. `standard`: Authentik's own default where a variable may be left out. */
const compared: readonly { readonly variable: string; readonly standard?: string }[] = [
  { variable: "AUTHENTIK_SECRET_KEY" },
  { variable: "AUTHENTIK_POSTGRESQL__NAME", standard: "authentik" },
  { variable: "AUTHENTIK_POSTGRESQL__USER", standard: "authentik" },
  { variable: "AUTHENTIK_POSTGRESQL__PASSWORD" },
  { variable: "AUTHENTIK_POSTGRESQL__DEFAULT_SCHEMA", standard: "public" },
];

/** P4: a code that one server hands out is redeemed at another, so all must be one Authentik. */
export function oneAuthentik(observed: Observed): Verdict {
  const findings = noFindings();
  const hosts = hostsThatAnswer(observed, findings);
  if (observed.hosts.length === 0) return conclude("P4", findings, []);
  const hub = hubOf(observed, findings);
  const instances = [...hosts]
    .sort((a, b) => Number(b.isHub) - Number(a.isHub))
    .flatMap((host) => host.containers.map((container) => ({ container, host })))
    .filter(({ container }) => hasImage(container, "goauthentik/server"));

  const roles = instances.map((instance) => roleOf(instance, findings));
  const servers = roles.filter((role) => role === "server").length;
  const workers = roles.filter((role) => role === "worker").length;
  // A host that does not answer may be the one that has it.
  const missing = hosts.length === observed.hosts.length ? findings.broken : findings.unknown;
  if (servers === 0) missing.push("no Authentik server was found on any host");
  if (workers === 0) missing.push("no Authentik worker was found on any host");

  for (const instance of instances) checkValues(instance, instances[0] ?? instance, findings);
  if (hub !== undefined) sameDatabase(instances, observed.hosts, hub, findings);
  return conclude("P4", findings, [
    `${count(servers, "server")} and ${count(workers, "worker")} on ${count(hosts.length, "host")}: same database on ${hub?.name}, same user, password and secret key, image ${instances[0]?.container.image}`,
  ]);
}

/** Without one of the two commands the container ends at once, again and again. */
function roleOf({ container, host }: Instance, { broken }: Findings): "server" | "worker" | undefined {
  const role = (["server", "worker"] as const).find((name) => container.command.includes(name));
  if (role === undefined)
    broken.push(
      `${on(container, host)} has the command ${JSON.stringify(container.command)}, expected ["server"] or ["worker"]`,
    );
  return role;
}

function checkValues(instance: Instance, first: Instance, { broken, unknown }: Findings): void {
  const [here, there] = [on(instance.container, instance.host), on(first.container, first.host)];
  if (instance.container.image !== first.container.image)
    broken.push(`${here} runs ${instance.container.image}, expected ${first.container.image} as ${there}`);
  for (const { variable, standard } of compared) {
    const value = instance.container.environment[variable] ?? standard;
    if (value === undefined || value === "") broken.push(`${here} has no ${variable}`);
    else if (/^(file|env):\/\//.test(value))
      unknown.push(`${here} takes ${variable} from elsewhere, which is not followed`);
    else if (value !== (first.container.environment[variable] ?? standard))
      broken.push(`${here}: ${variable} differs from the one of ${there}`);
  }
  for (const variable of Object.keys(instance.container.environment))
    if (/^AUTHENTIK_POSTGRESQL__(READ_REPLICAS|DIRECT)__/.test(variable))
      unknown.push(`${here} sets ${variable}: a second way to a database, which is not followed`);
}
