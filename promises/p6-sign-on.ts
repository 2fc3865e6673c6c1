import { conclude, count, type Findings, hostsThatAnswer, noFindings } from "./findings.ts";
import { checkLoginStates } from "./login-state.ts";
import type { Observed, ObservedOidcClient, Verdict } from "./observed.ts";

/**
 * P6: the host that takes the callback must hold the same client as the host that sent the person away, and every
 * host's Authentik must register it, because any of them may write what all of them read. It must also be able to
 * go on with a login that the other host began.
 */
export function signOn(observed: Observed): Verdict {
  const findings = noFindings();
  const { oidcClients = [], unseenOidcClients = [], settings } = observed;
  const services = new Set([
    ...(settings.signOnServices ?? []).map(({ name }) => name),
    ...oidcClients.map(({ service }) => service),
  ]);
  if (services.size === 0) {
    findings.unknown.push(
      "blueprints and application settings are not deployed yet, so there is no client to compare",
    );
    return conclude("P6", findings, []);
  }
  const hosts = hostsThatAnswer(observed, findings).map(({ name }) => name);
  for (const service of services)
    checkService(
      service,
      oidcClients.filter((client) => client.service === service),
      hosts,
      findings,
      (host) => unseenOidcClients.find((it) => it.service === service && it.host === host)?.why,
    );
  const logins = checkLoginStates(observed, findings);
  return conclude(
    "P6",
    findings,
    [
      `${count(services.size, "service")} × ${count(hosts.length, "host")}: same Authentik, client id, secret and redirect URI, registered by every host`,
      `services: ${[...services].sort().join(", ")}`,
    ],
    logins,
  );
}

function checkService(
  service: string,
  clients: readonly ObservedOidcClient[],
  hosts: readonly string[],
  { broken, unknown }: Findings,
  whyUnseen: (host: string) => string | undefined,
): void {
  const on = (host: string, side: ObservedOidcClient["side"]) =>
    clients.some((client) => client.host === host && client.side === side);
  for (const host of hosts) {
    const why = whyUnseen(host);
    const isMissing = !on(host, "application");
    if (isMissing && why === undefined) broken.push(`${service} has no OIDC client set on ${host}`);
    if (isMissing && why !== undefined)
      unknown.push(`${service}: its OIDC client set on ${host} cannot be seen: ${why}`);
    if (!on(host, "provider")) broken.push(`${service} has no OIDC client registered by ${host}'s Authentik`);
  }
  const first = clients.find(({ side }) => side === "application");
  if (first === undefined) return;
  for (const client of clients) broken.push(...differences(client, first));
}

/** Never shows the secret. Authentik may know further redirect URIs, as the one after a logout. */
function differences(client: ObservedOidcClient, first: ObservedOidcClient): readonly string[] {
  const shown = `${client.service}: the OIDC client ${client.side === "provider" ? "registered" : "set"} on ${client.host}`;
  const differences: string[] = [];
  if (client.authority !== first.authority)
    differences.push(
      `${shown} is one of ${client.authority || "no Authentik"}, expected ${first.authority || "one"} as set on ${first.host}`,
    );
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
