import type { Profile, Settings } from "../settings/settings.ts";
import type { Text } from "./text.ts";

/** What a service's facts may depend on: the settings, and the host the container is planned for. */
export interface Facts {
  readonly settings: Settings;
  readonly host: HostFacts;
  readonly hosts: readonly HostFacts[];
  readonly hub: HostFacts;
  /** Public services in the order of the catalogue. */
  readonly publicServices: readonly PublicService[];
  /** Public services whose first visitor becomes administrator, until their step has run. */
  readonly firstVisitors: readonly string[];
  /** Whether a service runs on this host. */
  runs(service: string): boolean;
  /** `https://grafana.kitestacks.com`; throws for a service that is not public. */
  url(service: string): string;
  /** `grafana.kitestacks.com`. */
  hostname(service: string): string;
  /** What a service sets to sign on with Authentik; throws for one that is no OpenID Connect client. */
  oidc(service: string): OidcSettings;
  /** What Authentik's workers take from the catalogue, the same on every host. */
  blueprints(): Blueprints;
  /** How a container of this host reaches a service: by name here, else at the hub's tailnet address. */
  reach(service: string): Text;
  /** What the portal's image takes from the catalogue and the host: its cards and nginx's part. */
  portalFiles(): readonly ContainerFile[];
}

export interface HostFacts {
  readonly name: string;
  readonly profile: Profile;
  readonly isHub: boolean;
  /** The tailnet address: literal, or looked up later. */
  readonly address: Text;
  readonly booksPath: string | undefined;
}

export interface PublicService {
  readonly name: string;
  readonly title: string;
  readonly purpose: string;
  readonly url: string;
  readonly healthUrl: string;
}

export interface Blueprints {
  /** In the order in which they have to be applied, which is the order of their names. */
  readonly files: readonly ContainerFile[];
  /** Secrets that the files take from the worker's environment, by variable. */
  readonly secrets: Readonly<Record<string, Text>>;
}

export interface OidcSettings {
  readonly clientId: string;
  readonly secret: Text;
  /** Where this host's service takes a login back. */
  readonly redirectUri: Text;
  readonly issuer: string;
  readonly discovery: string;
  readonly authorize: string;
  readonly token: string;
  readonly userinfo: string;
  readonly endSession: string;
}

export interface ContainerFile {
  readonly path: string;
  readonly content: Text;
  /** Numeric user that owns it; root by default. */
  readonly owner?: number;
  /** Octal; `0644` by default, because most images do not run as root. */
  readonly mode?: string;
}
