import type { Findings } from "./findings.ts";
import type { Observed, ObservedOidcClient } from "./observed.ts";

/**
 * Whether the host to which Authentik sends a person back can go on with a login that another host began: it needs
 * the same client, and what the service wrote down when it sent the person away (state, nonce, PKCE verifier).
 * @returns one sentence per kind of service, shown whatever the verdict
 */
export function checkLoginStates(observed: Observed, findings: Findings): readonly string[] {
  const { settings, oidcClients = [] } = observed;
  const anywhere: string[] = [];
  const again: string[] = [];
  for (const { name, loginState } of settings.signOnServices ?? []) {
    const applications = oidcClients.filter(
      ({ service, side }) => service === name && side === "application",
    );
    if (loginState === undefined)
      findings.broken.push(
        `${name} does not declare where it keeps a login under way, expected browser or per-host`,
      );
    else if (loginState.kept === "browser") {
      checkSeals(name, applications, findings);
      anywhere.push(name);
    } else if (hostsOf(observed) > 1) {
      again.push(`${name} (${loginState.how})`);
      if (!settings.acceptSplitData.includes(name))
        findings.broken.push(
          `${name} keeps a login under way ${loginState.how}, so one that changes host fails, expected its name in acceptSplitData`,
        );
    }
  }
  return [
    ...sentence("the browser carries a login under way, sealed with one secret on all hosts", anywhere),
    ...sentence("a login that changes host in the middle has to be started again", again),
  ];
}

/** Never shows a secret. One that is missing is an own random one, or a default that everybody knows. */
function checkSeals(
  service: string,
  applications: readonly ObservedOidcClient[],
  { broken }: Findings,
): void {
  const first = applications.find(({ loginSeal }) => loginSeal !== undefined);
  for (const { host, loginSeal } of applications) {
    if (loginSeal === undefined)
      broken.push(`${service} on ${host} has no secret to seal a login under way with, expected one`);
    else if (first !== undefined && loginSeal !== first.loginSeal)
      broken.push(
        `${service} on ${host} seals a login under way with another secret than on ${first.host}, which cannot read it`,
      );
  }
}

const hostsOf = ({ hosts, settings }: Observed) => Math.max(hosts.length, settings.hosts.length);

const sentence = (words: string, services: readonly string[]) =>
  services.length === 0 ? [] : [`${words}: ${services.toSorted().join(", ")}`];
