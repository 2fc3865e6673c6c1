import type { CloudflareState } from "./state/cloudflare.ts";
import type { Container, DockerImage, DockerNetwork, DockerVolume } from "./state/docker.ts";
import type { HetznerState } from "./state/hetzner.ts";
import type { TailscaleState } from "./state/tailscale.ts";

export type * from "./state/cloudflare.ts";
export type * from "./state/docker.ts";
export type * from "./state/hetzner.ts";
export type * from "./state/tailscale.ts";

/**
 * Everything the simulated world holds, as plain JSON. Collections are maps by name or id, never lists in order of
 * arrival: the engine's calls come in parallel, and the same run must give the same text. Sizes are MiB, times ISO
 * strings of the simulated clock.
 */
export interface WorldState {
  seed: string;
  clock: string;
  /** How often each URN was created; see `kit/mint.ts`. */
  generations: Record<string, number>;
  machines: Record<string, Machine>;
  /** Volumes that are gone with their data, as "machine/volume", sorted. */
  volumesLost: string[];
  /** Tokens that the accounts know and that may change nothing. */
  readOnlyTokens: string[];
  hetzner: HetznerState;
  cloudflare: CloudflareState;
  tailscale: TailscaleState;
  /** Remote and local commands by URN, oldest first. */
  commands: Record<string, CommandRun[]>;
  faults: Fault[];
}

/** A computer that runs, or could run, Docker. */
export interface Machine {
  name: string;
  /** The address at which its Docker answers ("ssh://root@100.64.0.1", "unix:///var/run/docker.sock"); "" for none. */
  docker: string;
  /** Who gets in by SSH: holders of a key that was put there, those that the tailnet policy's ssh rules let in, nobody. */
  login: "keys" | "tailscale" | "none";
  deviceId: string;
  /** Hetzner's id of the server that it is; "" for a machine of one's own. */
  serverId: string;
  /** Addresses it owns besides loopback, bridges and the tailnet's. */
  addresses: string[];
  ramMiB: number;
  swapMiB: number;
  diskMiB: number;
  /** Switched off, or its network is gone. */
  away: boolean;
  /** MiB that are free where its Docker keeps its data. */
  freeDiskMiB: number;
  /** MiB of memory that other programs than containers have. */
  takenMiB: number;
  /** The creation of a container at which its Docker dies, counted from the next one; 0: none. */
  dockerDiesAt: number;
  /** Seconds that the next start of a container takes, by container name: an injected slowness. */
  slowStarts: Record<string, number>;
  containers: Record<string, Container>;
  networks: Record<string, DockerNetwork>;
  volumes: Record<string, DockerVolume>;
  /** By the reference they were pulled with, or by "sha256:…" for a build. */
  images: Record<string, DockerImage>;
  /** Files that were copied to the machine, by path. */
  files: Record<string, string>;
  /** Addresses and subnets of its own that answer on no foreign interface, before Docker rewrites them. */
  guarded: string[];
}

export interface CommandRun {
  at: string;
  operation: "create" | "update" | "delete";
  /** Where it ran: an address, or "local". */
  host: string;
  command: string;
  stdin: string;
  environment: Record<string, string>;
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** An injected failure of operations; see `faults.ts`. */
export interface Fault {
  operation: "create" | "read" | "update" | "delete" | "invoke" | "any";
  /** Regular expressions over the type token (or look-up token) and the URN. */
  type: string;
  urn: string;
  /** Fails the nth matching call, counted from 1; 0 means every one. */
  nth: number;
  /** "before": nothing happened. "after": the cloud did it, but the engine never learns. */
  when: "before" | "after";
  message: string;
  /** Matching calls so far. */
  seen: number;
}
