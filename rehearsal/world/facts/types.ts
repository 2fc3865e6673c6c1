/**
 * What an image is like from the outside, whatever the program believes of it: promises and health checks are judged
 * by this table and never by a service file. Sources are sections of the service reference, or upstream's Dockerfile.
 */
export interface ImageFacts {
  /** Where this is known from. */
  source: string;
  /** The uid that the main process ends up as, whatever its entrypoint starts as. "0" is root. */
  user: string;
  /** Its own CMD: what Docker runs, and reports, where the program gives no command. Left out: it has none. */
  command?: readonly string[];
  /** Programs that a health check or a command may call, and how a probe with them works. */
  tools: Readonly<Record<string, Tool>>;
  /** Addresses and ports on which its processes accept connections with this configuration. */
  listens: (run: Run) => Listener[];
  /** Why the main process would end at once, or undefined. */
  problem?: (run: Run) => string | undefined;
  /** What of other containers it uses. */
  needs?: (run: Run) => Need[];
  /** Ways in that its application leaves open with this configuration; left out: nobody has looked. */
  doors?: (run: Run) => Door[];
  /** What the people of a healthy application miss with this configuration, as the end of a sentence. */
  shortcomings?: (run: Run) => string[];
  /** Files that its user must be able to change when the program puts them there. */
  writable?: readonly string[];
  /** MiB of resident memory below which it does not come up. */
  minimumMiB: number;
  /** Seconds that a first start may take before it answers; 0 when it is a matter of seconds. */
  startSeconds?: number;
  /** Answers that are no sign of health, by path, with the reason. */
  wrongPaths?: Readonly<Record<string, string>>;
  /** The only paths it answers without a login, where they are known. */
  paths?: readonly string[];
}

/**
 * `http`: asks the URL in its arguments. `own`: asks the image's own process. `postgres`, `redis`: speak that
 * protocol to the local server. `other`: runs, but says nothing about health.
 */
export type Tool = "http" | "own" | "postgres" | "redis" | "shell" | "other";

export interface Listener {
  /** "0.0.0.0" for every address of the container (or, with host network, of the machine). */
  address: string;
  port: number;
  protocol: "tcp" | "udp";
}

/** A way into an application for somebody without an account, `how` as a sentence. */
export type Door =
  /** `sign-up`: anybody makes an account. `token`: a key that never expires, which nobody needs. */
  | { kind: "sign-up" | "token"; how: string }
  /** Whoever comes first becomes administrator, until the application's data have one. */
  | {
      kind: "first visitor";
      how: string;
      /** Where the data are that remember the administrator. */
      data: string;
      /** In the text of a command that makes one, the way the application takes it; left out: none does. */
      madeBy?: RegExp;
    };

/** A container's configuration as its processes see it. */
export interface Run {
  env: Readonly<Record<string, string>>;
  command: readonly string[];
  exposed: readonly number[];
  /** Uploaded files that its processes see, by path. */
  files: Readonly<Record<string, string>>;
  /** Content of an uploaded file; undefined when there is none at that path. */
  file: (path: string) => string | undefined;
  /** Whether something is mounted at the path or above it. */
  isMounted: (path: string) => boolean;
}

export interface Need {
  kind: "postgres" | "redis" | "http";
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Whether it is unhealthy without it; else it comes up and does without ("degraded"). */
  fatal: boolean;
}

export interface ImageEntry {
  /** Without registry for Docker Hub, without "library/". */
  repositories: readonly string[];
  /** Which tags these facts are for; the first entry that fits counts. */
  tags?: RegExp;
  facts: ImageFacts;
}
