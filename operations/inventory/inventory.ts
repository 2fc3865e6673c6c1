/**
 * What there is, asked of those who hold it: the Docker of a host and the three accounts. It exists because
 * providers cannot list: what nobody declared, and a tunnel's `deleted_at`, no refresh ever sees.
 *
 * Every method throws `UnreachableError` when nothing answers, and `ApiError` when it is refused.
 */
export interface Inventory {
  docker(host: string): Promise<DockerFound>;
  cloudflare(): Promise<CloudflareFound>;
  hetzner(): Promise<HetznerFound>;
  tailscale(): Promise<TailscaleFound>;
}

export interface DockerFound {
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    readonly image: string;
    readonly running: boolean;
    /** Published ports; `address` is `0.0.0.0` where none was named. */
    readonly ports: readonly { readonly address: string; readonly port: number; readonly protocol: string }[];
    readonly volumes: readonly string[];
  }[];
  /** Without the three that every Docker has. */
  readonly networks: readonly { readonly id: string; readonly name: string; readonly subnet: string }[];
  readonly volumes: readonly { readonly name: string }[];
}

export interface CloudflareFound {
  readonly records: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly content: string;
  }[];
  readonly tunnels: readonly {
    readonly id: string;
    readonly name: string;
    /** When it was deleted; "" while it exists. */
    readonly deletedAt: string;
    /** Hostnames of its rules with where they lead, the catch-all left out. */
    readonly routes: readonly { readonly hostname: string; readonly service: string }[];
  }[];
  /** Rules of the zone's own rulesets (redirects, rewrites, firewall …), those of Cloudflare's managed ones left out. */
  readonly rules: readonly ZoneRule[];
  /** What the token may not read, one sentence each: nothing is known about it, and the rest holds all the same. */
  readonly unseen: readonly string[];
}

export interface ZoneRule {
  readonly id: string;
  readonly rulesetId: string;
  /** `http_request_dynamic_redirect` for redirects. */
  readonly phase: string;
  readonly action: string;
  /** Which requests it concerns, in Cloudflare's rule language. */
  readonly expression: string;
  /** What somebody called it; "" for nothing. */
  readonly description: string;
}

export interface HetznerFound {
  readonly servers: readonly { readonly id: string; readonly name: string }[];
  readonly firewalls: readonly { readonly id: string; readonly name: string }[];
  readonly sshKeys: readonly { readonly id: string; readonly name: string; readonly publicKey: string }[];
  readonly primaryIps: readonly {
    readonly id: string;
    readonly name: string;
    /** The server that it is assigned to; "" for none. */
    readonly serverId: string;
  }[];
}

export interface TailscaleFound {
  readonly devices: readonly {
    readonly id: string;
    readonly name: string;
    /** Its IPv4 address on the tailnet. */
    readonly address: string;
    readonly tags: readonly string[];
    /** ISO time at which its node key expires; "" for never. */
    readonly keyExpires: string;
  }[];
  readonly keys: readonly { readonly id: string; readonly description: string; readonly expires: string }[];
}
