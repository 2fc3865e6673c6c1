import type { Catalogue } from "../catalogue/catalogue.ts";
import type { HostFacts, OidcSettings } from "../catalogue/facts.ts";
import type { Service } from "../catalogue/service.ts";
import { type Reference, secret, type Text, text } from "../catalogue/text.ts";
import type { Settings } from "../settings/settings.ts";

/** An application that signs on with OpenID Connect, as Authentik has to know it. */
export interface OidcClient {
  /** The service, which is also the provider's name in Authentik. */
  readonly name: string;
  readonly title: string;
  readonly purpose: string;
  /** Also the slug of the application in Authentik. */
  readonly clientId: string;
  readonly secret: Reference;
  /** Every address at which a login comes back: one for all hosts, or one for each on the tailnet. */
  readonly redirects: readonly { readonly host: string | undefined; readonly uri: Text }[];
  readonly logoutUris: readonly Text[];
  readonly launchUrl: Text;
  readonly audience: "everyone" | "administrators";
}

/** Where a service is opened: `https://chat.example.org`, or the tailnet addresses of the hosts that run it. */
export interface Addresses {
  url(service: string): string;
  /** The hosts that run it, hub first. */
  tailnet(service: string): readonly Pick<HostFacts, "name" | "address">[];
}

/** Every client of the catalogue, in its order; one that runs nowhere is none. */
export function oidcClients(
  settings: Settings,
  catalogue: Catalogue,
  addresses: Addresses,
): readonly OidcClient[] {
  return catalogue
    .map((service) => oidcClient(settings, service, addresses))
    .filter((client) => client !== undefined)
    .filter(({ redirects }) => redirects.length > 0);
}

function oidcClient(settings: Settings, service: Service, addresses: Addresses): OidcClient | undefined {
  const { name, sso } = service;
  if (sso.kind === "provider" || sso.kind === "none") return undefined;
  const client = { name, clientId: sso.clientId, secret: secret(`${name}.oidc`) };
  if (sso.kind === "oidc on the tailnet") {
    const origins = addresses
      .tailnet(name)
      .map((host) => ({ host: host.name, origin: text`https://${host.address}:${sso.port}` }));
    return {
      ...client,
      title: sso.title,
      purpose: sso.purpose,
      redirects: origins.map(({ host, origin }) => ({ host, uri: text`${origin}${sso.redirectPath}` })),
      logoutUris: [],
      launchUrl: text`${origins[0]?.origin ?? ""}/`,
      audience: "administrators",
    };
  }
  if (sso.kind === "ldap" && settings.services.openprojectLogin === "ldap") return undefined;
  const url = addresses.url(name);
  return {
    ...client,
    title: service.public?.title ?? name,
    purpose: service.public?.purpose ?? "",
    redirects: [{ host: undefined, uri: url + sso.redirectPath }],
    logoutUris: sso.kind === "oidc" && sso.logoutPath !== undefined ? [url + sso.logoutPath] : [],
    launchUrl: `${url}/`,
    audience: "everyone",
  };
}

/**
 * What the application on a host sets. Its issuer in Authentik is its own (`issuer_mode: per_provider`).
 * @param authentik public URL without a slash at its end
 */
export function oidcSettings(
  authentik: string,
  { clientId, secret, redirects }: OidcClient,
  hostName: string,
): OidcSettings {
  const base = `${authentik}/application/o`;
  return {
    clientId,
    secret: text`${secret}`,
    redirectUri: redirects.find(({ host = hostName }) => host === hostName)?.uri ?? "",
    issuer: `${base}/${clientId}/`,
    discovery: `${base}/${clientId}/.well-known/openid-configuration`,
    authorize: `${base}/authorize/`,
    token: `${base}/token/`,
    userinfo: `${base}/userinfo/`,
    endSession: `${base}/${clientId}/end-session/`,
  };
}
