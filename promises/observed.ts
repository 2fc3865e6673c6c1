/**
 * The one type promises are judged on: what the system looks like, wherever that was seen.
 * Built from the plan (pull-request report), from the rehearsal's world, or from what answers (`verify`).
 */
export interface Observed {
  readonly hosts: readonly ObservedHost[];
  readonly edge: ObservedEdge;
  readonly tailnet: ObservedTailnet;
  readonly firewalls: readonly ObservedFirewall[];
  /** What a person set, as far as promises compare with it. */
  readonly settings: ObservedSettings;
  /** Exported state per stack; empty where no state can be read. */
  readonly states: readonly { readonly stack: string; readonly text: string }[];
  /** Every secret value that is known here, by name, to look for where none may be. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What was run, oldest first; empty where nothing ran. */
  readonly history: readonly ObservedRun[];
  /** Both sides of every public single sign-on; left out while nobody reads blueprints and app settings. */
  readonly oidcClients?: readonly ObservedOidcClient[];
  /** Applications whose settings cannot be looked at from here, as those that lie in their database. */
  readonly unseenOidcClients?: readonly {
    readonly service: string;
    readonly host: string;
    readonly why: string;
  }[];
}

export interface ObservedHost {
  readonly name: string;
  /** False: its Docker did not answer; its containers are then unknown, not absent. */
  readonly reachable: boolean;
  readonly isHub: boolean;
  readonly tailnetAddress: string | undefined;
  readonly publicAddress: string | undefined;
  /** Gateways of its Docker bridge networks: addresses of the host that only its own containers reach. */
  readonly bridgeGateways: readonly string[];
  /**
   * Addresses and subnets of the host that answer only what comes in by the tailnet, loopback or its own bridges. Linux
   * alone takes a packet for any address of the host on any interface.
   */
  readonly guarded: readonly string[];
  readonly containers: readonly ObservedContainer[];
  readonly volumes: readonly { readonly name: string; readonly protected: boolean }[];
}

export interface ObservedContainer {
  /** Its DNS name on its networks. */
  readonly name: string;
  /** Reference or id of the image. */
  readonly image: string;
  readonly running: boolean;
  /** Undefined: it has no health check. */
  readonly healthy: boolean | undefined;
  /** The test that Docker runs for it, as `docker inspect` and `ps` show it; empty: its image's own, or none. */
  readonly healthCheck: readonly string[];
  /** What it is set to use and does not reach although it is healthy (search engine, cache, model); absent: not asked. */
  readonly degraded?: readonly string[];
  /** Ways in for somebody without an account that its application leaves open; absent: nobody has looked. */
  readonly doors?: readonly ObservedDoor[];
  /** What its command is handed to; empty: its image's own. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables whose value came as a secret. */
  readonly secretVariables: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Names of Docker networks, or `host`. */
  readonly networks: readonly string[];
  readonly published: readonly { readonly address: string; readonly port: number; readonly target: number }[];
  /**
   * Where its processes really listen, from the facts about the image and its configuration; never from the
   * service file that is being checked. In the host's network, `address` is the address of the host.
   */
  readonly listens: readonly { readonly address: string; readonly port: number }[];
  readonly volumes: readonly { readonly name: string; readonly path: string }[];
  readonly memoryMiB: number;
  readonly memorySwapMiB: number;
  /** Use in an ordinary hour, MiB; undefined where unknown. */
  readonly typicalMiB: number | undefined;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** Paths of files whose content came as a secret: the program put one into them on purpose. */
  readonly secretFiles: readonly string[];
}

export interface ObservedDoor {
  /**
   * `sign-up`: anybody makes an account; `first visitor`: whoever comes first becomes administrator, and nobody of ours
   * is yet; `token`: a key that never expires, which nobody needs.
   */
  readonly kind: "sign-up" | "first visitor" | "token";
  /** As a sentence about the application. */
  readonly how: string;
}

export interface ObservedEdge {
  readonly domain: string;
  readonly records: readonly {
    readonly name: string;
    readonly type: string;
    readonly content: string;
    readonly proxied: boolean;
  }[];
  readonly tunnels: readonly ObservedTunnel[];
}

export interface ObservedTunnel {
  readonly id: string;
  readonly name: string;
  readonly deleted: boolean;
  /** In order; the last one is the catch-all and has no hostname. */
  readonly ingress: readonly {
    readonly hostname: string | undefined;
    readonly service: string;
    /** The rule answers only this path; left out: every path. */
    readonly path?: string;
  }[];
  /** Hosts whose connector runs with this tunnel's token. */
  readonly connectors: readonly string[];
}

interface ObservedTailnet {
  /** The policy in force, parsed from its JSON. */
  readonly policy: unknown;
  readonly devices: readonly {
    readonly name: string;
    readonly address: string;
    readonly tags: readonly string[];
    /** One of our hosts, or a stranger (a phone, a laptop). */
    readonly isHost: boolean;
  }[];
}

interface ObservedFirewall {
  readonly host: string;
  readonly inbound: readonly {
    readonly protocol: string;
    readonly port: string | undefined;
    readonly sources: readonly string[];
  }[];
}

export interface ObservedSettings {
  /** Every name that must answer, with the container that answers it: `grafana.kitestacks.com` → `grafana`. */
  readonly publicHostnames: readonly { readonly hostname: string; readonly container: string }[];
  readonly hosts: readonly { readonly name: string; readonly ramMiB: number; readonly swapMiB: number }[];
  /** Data placement of every service that runs somewhere; undefined: nobody declared it. */
  readonly placements: readonly {
    readonly service: string;
    /** Names of all containers the service consists of. */
    readonly containers: readonly string[];
    readonly placement: "none" | "shared" | "per-host" | undefined;
    readonly writable: boolean;
    readonly public: boolean;
  }[];
  readonly acceptSplitData: readonly string[];
  /** Public services that are declared to sign on with OpenID Connect; left out where nobody declared any. */
  readonly signOnServices?: readonly SignOnService[];
}

export interface SignOnService {
  readonly name: string;
  /** Where it remembers a login under way; undefined: nobody declared it. */
  readonly loginState: LoginState | undefined;
}

export interface LoginState {
  /** `browser`: in a cookie that any host with the same secret can read; `per-host`: only the host that began it can. */
  readonly kept: "browser" | "per-host";
  readonly how: string;
}

export interface ObservedRun {
  readonly stack: string;
  readonly kind: "up" | "second up" | "refresh" | "resumed up";
  readonly succeeded: boolean;
  /** URNs with what was done or would be done to them; unchanged ones left out. */
  readonly changes: readonly { readonly urn: string; readonly operation: string }[];
  /** Physical names of Docker volumes that the run removed from a host. */
  readonly volumesDeleted: readonly string[];
  /** What the engine wrote to the terminal; left out where nobody kept it. */
  readonly printed?: string;
  /** Containers of the plan that did not run on its host when it had ended. */
  readonly standingStill: readonly string[];
}

/** One side of one single sign-on, as seen on one host. */
export interface ObservedOidcClient {
  readonly service: string;
  readonly host: string;
  /** `provider`: what the blueprint registers in Authentik; `application`: what the service is set to use. */
  readonly side: "provider" | "application";
  /** Scheme and host of the Authentik that people are sent to: `https://auth.kitestacks.com`. */
  readonly authority: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  /** Of an application that leaves a login under way to the browser: the secret that it seals it with. */
  readonly loginSeal?: string;
}

export type PromiseId = "P1" | "P2" | "P3" | "P4" | "P5" | "P6" | "P7" | "P8" | "P9" | "P10" | "P14";

export interface Verdict {
  readonly id: PromiseId;
  readonly statement: string;
  readonly verdict: "proved" | "broken" | "not checked";
  /** What was looked at, or what breaks it, or why it was not checked; one sentence each. */
  readonly evidence: readonly string[];
}
