import { conclude, count, noFindings } from "./findings.ts";
import type { Observed, ObservedOidcClient, Verdict } from "./observed.ts";

/** P6: the host that takes the callback must hold the same client as the host that sent the person away. */
export function signOn({ oidcClients, hosts }: Observed): Verdict {
  const findings = noFindings();
  if (oidcClients === undefined || oidcClients.length === 0) {
    findings.unknown.push(
      "blueprints and application settings are not deployed yet, so there is no client to compare",
    );
    return conclude("P6", findings, []);
  }
  if (hosts.length === 0) findings.unknown.push("no host was looked at");
  const services = Map.groupBy(oidcClients, ({ service }) => service);
  for (const [service, clients] of services) {
    const applications = clients.filter(({ side }) => side === "application");
    const providers = clients.filter(({ side }) => side === "provider");
    for (const { name, reachable } of hosts)
      if (!applications.some(({ host }) => host === name))
        (reachable ? findings.broken : findings.unknown).push(`${service} has no OIDC client set on ${name}`);
    if (providers.length === 0) findings.broken.push(`${service} has no OIDC client registered in Authentik`);

    const [first] = applications;
    if (first === undefined) continue;
    for (const client of clients) findings.broken.push(...differences(client, first));
  }
  return conclude("P6", findings, [
    `${count(services.size, "service")} × ${count(hosts.length, "host")}: same client id, secret and redirect URI, registered in Authentik`,
  ]);
}

/** Never shows the secret. Authentik may know further redirect URIs, as the one after a logout. */
function differences(client: ObservedOidcClient, first: ObservedOidcClient): readonly string[] {
  const shown = `${client.service}: the OIDC client ${client.side === "provider" ? "registered" : "set"} on ${client.host}`;
  const differences: string[] = [];
  if (client.clientId !== first.clientId)
    differences.push(
      `${shown} has the id ${client.clientId}, expected ${first.clientId} as set on ${first.host}`,
    );
  if (client.clientSecret !== first.clientSecret)
    differences.push(`${shown} has another secret than the one set on ${first.host}`);
  const missing = first.redirectUris.filter((uri) => !client.redirectUris.includes(uri));
  const extra = client.redirectUris.filter((uri) => !first.redirectUris.includes(uri));
  if (
    first.redirectUris.length === 0 ||
    missing.length > 0 ||
    (client.side === "application" && extra.length > 0)
  )
    differences.push(
      `${shown} has the redirect URIs ${client.redirectUris.join(", ") || "none"}, expected ${first.redirectUris.join(", ") || "one"}`,
    );
  return differences;
}
