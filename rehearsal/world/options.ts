import type { ImageFacts } from "./image-facts.ts";
import type { OauthClient, ServerType } from "./state.ts";
import type { CommandEffect } from "./workings.ts";

/** How the world is before the first `up`. Anything that is left out is empty, or what a new account has. */
export interface WorldOptions {
  /** Decides every id and random value. */
  seed: string;
  /** ISO time at which the simulated clock stands; it moves only by `faults.advanceClock`. */
  now?: string;
  /** Computers that exist before the program runs. */
  machines: readonly MachineOptions[];
  cloudflare: {
    accounts: readonly { id: string; zones: readonly { id: string; name: string }[] }[];
    apiTokens: readonly string[];
  };
  hetzner: {
    /** API tokens of the project, 64 characters each. */
    tokens: readonly string[];
    /** More to order than the built-in list, or other sizes. */
    serverTypes?: Readonly<Record<string, ServerType>>;
    /** A server that was made by hand before; its machine is the one of the same name in `machines`. */
    servers?: readonly ExistingServer[];
  };
  tailscale: {
    /** Their tags must be in the policy's tagOwners, if a policy is given: the console offers no others. */
    oauthClients?: readonly OauthClient[];
    apiKeys?: readonly string[];
    /** Login name of the tailnet's owner, who runs the program. */
    operator?: string;
    /** A policy that somebody wrote before; left out, the tailnet has the default one. */
    policy?: string;
  };
  /** Of the tokens (and secrets of OAuth clients) above, those that may only read. */
  readOnlyTokens?: readonly string[];
  /** What the providers' plugins find in their environment, e.g. `HCLOUD_TOKEN`. */
  environment?: Readonly<Record<string, string>>;
  /** Facts by repository that come before the built-in table. */
  images?: Readonly<Record<string, ImageFacts>>;
  /** The folder that build contexts and upload sources are relative to; the current one if left out. */
  projectDir?: string;
  /** What commands do to the world, besides the built-in effects. */
  commandEffects?: readonly CommandEffect[];
}

export interface ExistingServer {
  /** Eight digits; chosen by the seed when left out. */
  id?: string;
  name: string;
  serverType: string;
  location: string;
  image: string;
  ipv4: string;
}

export interface MachineOptions {
  name: string;
  /** "" for a machine that is not on the tailnet yet. */
  tailnetAddress: string;
  /** The DOCKER_HOST at which its Docker answers: "ssh://root@100.64.0.1" or "unix:///var/run/docker.sock". */
  docker: string;
  ramMiB?: number;
  swapMiB?: number;
  diskMiB?: number;
  /** Addresses it owns besides the tailnet's, e.g. a public one. */
  addresses?: readonly string[];
  /** Tags of its device; without any it belongs to the operator. */
  tags?: readonly string[];
}
