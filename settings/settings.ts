/**
 * What a person may set, after the parse: the one type the rest of the program reads.
 * The YAML side (keys, defaults, error texts) is in `schema.ts` and `schema/`; nothing here can be wrong any more.
 */

/** Everything read from all stack files of the project. */
export interface Settings {
  readonly site: Site;
  readonly edge: EdgeSettings;
  readonly tailnet: TailnetSettings;
  readonly network: NetworkSettings;
  readonly services: ServiceSettings;
  readonly drift: DriftSettings;
  /** The hub's machine. */
  readonly server: ServerSettings;
  /** Keys of the secrets that the hub's file holds, e.g. `openrouterApiKey`; the values are never here. */
  readonly providedSecrets: readonly string[];
  /** Keys of the accounts' tokens that the providers read from their own environment variables instead. */
  readonly tokensFromEnvironment: readonly string[];
  /** Names of the secrets that are not generated, because an older install uses a value already. */
  readonly secretsInUse: readonly string[];
  /** Hub first, then the members by name, so that nothing depends on the order of files. */
  readonly hosts: readonly HostSettings[];
}

interface Site {
  /** The zone at Cloudflare, lower case, no scheme: `kitestacks.com`. */
  readonly domain: string;
  readonly title: string;
  /** IANA name, for the services that show or plan by local time. */
  readonly timezone: string;
  /** First administrator of every service. */
  readonly adminEmail: string;
  /** What `www` answers: the portal itself, or a redirect to the apex. */
  readonly www: "portal" | "redirect";
  /** Place for the weather; undefined: by the address of the host that asks. */
  readonly weatherPlace: string | undefined;
  /** Host whose Forgejo feeds the portal's list of commits. */
  readonly activityHost: string;
}

export interface EdgeSettings {
  /** Cloudflare ids: 32 hexadecimal digits. */
  readonly accountId: string;
  readonly zoneId: string;
  readonly tunnel: { readonly mode: "create" } | { readonly mode: "adopt"; readonly id: string };
  readonly tunnelName: string;
  /** Zone settings by Cloudflare's snake_case id, e.g. `always_use_https: "on"`. */
  readonly zoneSettings: Readonly<Record<string, string>>;
}

interface TailnetSettings {
  /** Id of the OAuth client; its secret is `kitestacks:tailscaleOauthSecret`. */
  readonly oauthClientId: string;
  /** Tag of every KiteStacks host, e.g. `tag:kitestacks`. */
  readonly tag: string;
  /** Who may log in over SSH and open what is published for people: e.g. `autogroup:admin`, a tag of the CI runner. */
  readonly admins: readonly string[];
  /**
   * `create` writes the policy, from the untouched default or from what was adopted. `adopt` imports an edited
   * one as it is, changes nothing, and refuses while it holds entries that these settings do not carry.
   */
  readonly policy: "create" | "adopt";
  /** Grants of other devices to keep, exactly as in the policy file. */
  readonly extraGrants: readonly ExtraGrant[];
}

export interface ExtraGrant {
  readonly src: readonly string[];
  readonly dst: readonly string[];
  readonly ip: readonly string[];
}

export interface NetworkSettings {
  /** The Docker bridge `kitestacks`, the same on every host; private (RFC 1918). */
  readonly subnet: string;
  readonly gateway: string;
}

export interface ServiceSettings {
  /** Image reference by service name, instead of the catalogue's. */
  readonly images: Readonly<Record<string, string>>;
  /** Public services whose data differs from host to host, accepted by name (promise P9). */
  readonly acceptSplitData: readonly string[];
  /** `oidc` needs an OpenProject Enterprise token; the Community edition signs in over LDAP. */
  readonly openprojectLogin: "ldap" | "oidc";
  /** Services that hosts of profile `lite` do without; undefined: all that the catalogue says may be left out. */
  readonly liteLeavesOut: readonly string[] | undefined;
  /** OpenRouter model ids offered by LiteLLM, first = default. */
  readonly models: readonly string[];
  /** Generated secrets to make anew: secret name → any label; another label is another value. */
  readonly rotate: Readonly<Record<string, string>>;
}

interface DriftSettings {
  /** What nobody declared and may stay; `*` in a name stands for any characters. */
  readonly ignore: readonly DriftIgnored[];
}

export interface DriftIgnored {
  readonly what: DriftKind;
  readonly name: string;
  readonly reason: string;
}

/** Kinds of thing that can be there without having been declared. */
export type DriftKind =
  | "container"
  | "network"
  | "volume"
  | "port"
  | "record"
  | "rule"
  | "tunnel"
  | "server"
  | "firewall"
  | "ssh-key"
  | "address"
  | "device"
  | "join-key";

export type ServerSettings =
  | { readonly mode: "none" }
  | ({ readonly mode: "create" } & ServerShape)
  | ({ readonly mode: "adopt"; readonly id: string } & ServerShape);

export interface ServerShape {
  /** Hetzner's names, e.g. `cpx21` (3 vCPU, 4 GB), `hil` (Hillsboro), `debian-13`. */
  readonly type: string;
  readonly location: string;
  readonly image: string;
  /** Public keys, as in authorized_keys, that may log in as root. */
  readonly sshKeys: readonly string[];
}

export type Role = "hub" | "member";
export type Profile = "full" | "lite";

export interface HostSettings {
  /** Name of the host and of its stack. */
  readonly name: string;
  readonly role: Role;
  /** Undefined only on a hub whose VPS is made by us (`server.mode: create`): looked up after it joined. */
  readonly tailnetAddress: string | undefined;
  readonly ramMiB: number;
  readonly swapMiB: number;
  /** MiB that must be free where Docker keeps its data before an `up` touches a container. */
  readonly freeDiskMiB: number;
  readonly profile: Profile;
  /** How Pulumi reaches Docker: a socket of the machine that runs Pulumi, or SSH over the tailnet. */
  readonly docker: DockerConnection;
  readonly platform: "linux/amd64" | "linux/arm64";
  /** Full id (64 hexadecimal digits) of an existing `kitestacks` bridge to take over; undefined: it is made. */
  readonly adoptNetwork: string | undefined;
  /** Folder on the host with the e-books for Kavita; undefined: an empty volume. */
  readonly booksPath: string | undefined;
}

export type DockerConnection = { readonly kind: "socket"; readonly url: string } | SshConnection;

/** Options are arguments as ssh and the Docker provider take them: `["-o", "ControlPersist=60", …]`. */
export interface SshConnection {
  readonly kind: "ssh";
  readonly user: string;
  /** All of them. */
  readonly sshOptions: readonly string[];
  /** Those of the stack file alone: what a person who types a command needs. */
  readonly ownOptions: readonly string[];
}

/** As `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A secret a person gives with `pulumi config set --secret kitestacks:<key>`. */
export interface ProvidedSecret {
  readonly key: string;
  /** What it is and where one gets it. */
  readonly purpose: string;
  readonly role: Role | "any";
  /**
   * The token of an account: only its provider needs it, and reads it from this variable too (the name is the
   * provider's own). Set, it goes before the value in the stack file.
   */
  readonly variable?: string;
  /**
   * The stack needs it under these settings; a secret that is not required may be left out. A part is absent where it
   * could not be read, so that missing secrets are named together with what else is wrong.
   */
  readonly required: (settings: {
    readonly server?: ServerSettings | undefined;
    readonly services?: ServiceSettings | undefined;
  }) => boolean;
  /** Checked before anything is created; returns what is wrong, or undefined. */
  readonly form: (value: string) => string | undefined;
}
