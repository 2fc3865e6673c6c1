import type { ContainerFile, Facts } from "./facts.ts";
import type { Text } from "./text.ts";

/** Facts about one container. Memory in MiB, times as Docker writes them (`30s`, `1m0s`). */
export interface Service {
  /** Name of the container and its DNS name on the `kitestacks` network. */
  readonly name: string;
  readonly image: Image;
  /** Shared databases run on the hub only. */
  readonly runsOn: "every host" | "hub";
  /** The profile `lite` may do without it; what needs it then falls back by itself. */
  readonly mayBeLeftOut?: true;
  /** Port its process listens on inside the container; 0 where nothing connects to it. */
  readonly port: number;
  /** `host` shares the host's network and process namespaces: for what measures the host. */
  readonly network?: "bridge" | "host";
  /** Ports published on the host's tailnet address (never elsewhere). */
  readonly tailnetPorts?: readonly TailnetPort[];
  /** Needs a tool that the image really has. */
  readonly health: ((facts: Facts) => HealthCheck) | { readonly none: string };
  readonly memory: Memory;
  readonly data: Data;
  readonly volumes?: readonly Volume[];
  readonly hostPaths?: (facts: Facts) => readonly HostPath[];
  readonly public?: PublicFace;
  readonly sso: Sso;
  /**
   * Whoever opens it first becomes its administrator, until this step of its own has made one. Where it is public, the
   * connector of its host starts after the step.
   */
  readonly firstVisitor?: { readonly until: string };
  /** Lets the public in, to every public service of its host. */
  readonly connector?: true;
  /** Services that must be healthy before this one starts; those that do not run on the host are passed over. */
  readonly needs?: readonly string[];
  /** Secrets generated once on the hub; `grafana` + `oidc` is referred to as `grafana.oidc`. */
  readonly secrets?: Readonly<Record<string, SecretFact>>;
  readonly command?: (facts: Facts) => readonly Text[];
  readonly environment?: (facts: Facts) => Readonly<Record<string, Text>>;
  readonly files?: (facts: Facts) => readonly ContainerFile[];
  /** Shared memory of the container, MiB. */
  readonly sharedMemory?: number;
  /** A small init process that reaps children, for images whose main process does not. */
  readonly init?: true;
  readonly user?: string;
  /** Seconds between SIGTERM and SIGKILL; 30 by default. */
  readonly stopSeconds?: number;
  readonly firstRun?: readonly FirstRunNeed[];
}

export type Image =
  | { readonly reference: string }
  /** Built from a folder of this repository on a pinned base. */
  | { readonly build: string; readonly baseArgument: string; readonly base: string };

export interface TailnetPort {
  readonly port: number;
  /** `hosts`: only our hosts; `people`: the tailnet's admins as well. */
  readonly reachedBy: "hosts" | "people";
}

export interface HealthCheck {
  readonly test: readonly Text[];
  readonly interval: string;
  readonly timeout: string;
  readonly startPeriod: string;
  readonly retries: number;
}

export interface Memory {
  readonly limit: number;
  /** Resident in an ordinary hour. */
  readonly typical: number;
  /** Swap allowance; as much again as the limit by default. */
  readonly swap?: number;
}

export interface Data {
  /** `shared`: one database for all hosts; `per-host`: each host has its own. */
  readonly placement: "none" | "shared" | "per-host";
  /** Visitors change it: then a visitor may meet the other host's copy (promise P9). */
  readonly writable: boolean;
  readonly what: string;
}

export interface Volume {
  readonly name: string;
  readonly path: string;
}

export interface HostPath {
  readonly hostPath: string;
  readonly path: string;
  readonly propagation?: "rslave";
  readonly writable?: true;
}

export interface PublicFace {
  /** First label of the public name, `@` for the apex. */
  readonly hostname: string;
  readonly alsoAt?: readonly string[];
  readonly title: string;
  readonly purpose: string;
  /** Path that answers 200 without a login when the service works. */
  readonly healthPath: string;
}

/**
 * How people sign on. These facts are the one source of client ids and redirect URIs: Authentik's blueprints and
 * the settings of the applications are both derived from them. A client id is also the slug in Authentik.
 */
export type Sso =
  | { readonly kind: "provider" }
  | {
      readonly kind: "oidc";
      readonly clientId: string;
      readonly redirectPath: string;
      /** Where the service wants people back after a logout at Authentik. */
      readonly logoutPath?: string;
      readonly loginState: LoginState;
    }
  /** Not public: for administrators, and the redirect goes to the host's tailnet address. */
  | {
      readonly kind: "oidc on the tailnet";
      readonly clientId: string;
      readonly port: number;
      readonly redirectPath: string;
      readonly title: string;
      readonly purpose: string;
    }
  /** LDAP, or OIDC where the settings say so (`services.openprojectLogin`). */
  | {
      readonly kind: "ldap";
      readonly redirectPath: string;
      readonly clientId: string;
      /** Of its OIDC client. */
      readonly loginState: LoginState;
    }
  | { readonly kind: "none"; readonly why: string };

/**
 * Where a service remembers a login under way (state, nonce, PKCE verifier) until Authentik sends the person back,
 * perhaps to the other host (promise P6). A fact of the program, from its sources.
 */
export interface LoginState {
  /**
   * `browser`: in a cookie that it seals with a secret, so every host with the same secret can go on with the login.
   * `per-host`: what one host keeps for itself is needed, so a login that changes host has to be started again.
   */
  readonly kept: "browser" | "per-host";
  /** How, as the end of a sentence. */
  readonly how: string;
}

export interface SecretFact {
  readonly form: SecretForm;
  readonly rotation: Rotation;
  readonly purpose: string;
}

/**
 * `password`: letters and digits; `hex`: bytes as hexadecimal digits; `base64url`: bytes, unpadded.
 * `length` counts characters of a password, bytes of the others.
 */
export interface SecretForm {
  readonly kind: "password" | "hex" | "base64url";
  readonly length: number;
}

/**
 * How a secret may be changed. `restart`: its containers are replaced and that is all. `step`: something that
 * remembers it has to be told by a first-run step. `never`: it encrypts stored data.
 */
export type Rotation = "restart" | "step" | "never";

/** What has to be done once inside a running service; the steps themselves are derived from it. */
export interface FirstRunNeed {
  readonly step: string;
  readonly purpose: string;
  /** Names of the secrets it uses. */
  readonly secrets: readonly string[];
  /** Those of them whose new value it makes the running service take, so that they may be made anew. */
  readonly rotates?: readonly string[];
  /** What needs this service waits for the step as well: without it it could not start, or let the wrong people in. */
  readonly gate?: true;
}
