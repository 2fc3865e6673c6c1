import type { ContainerFile } from "../catalogue/facts.ts";
import type { HealthCheck, HostPath, Image, Rotation, SecretForm } from "../catalogue/service.ts";
import type { Text } from "../catalogue/text.ts";
import type {
  DockerConnection,
  EdgeSettings,
  NetworkSettings,
  ServerSettings,
  Settings,
} from "../settings/settings.ts";

/** The whole system as plain data: what every host runs, and what the edge and the tailnet look like. */
export interface Plan {
  readonly settings: Settings;
  /** Hub first. */
  readonly hosts: readonly HostPlan[];
  readonly hub: HostPlan;
  readonly server: ServerSettings;
  readonly edge: EdgePlan;
  readonly tailnet: TailnetPlan;
  /** What the hub generates, by name. */
  readonly generated: readonly GeneratedSecret[];
}

export interface HostPlan {
  readonly name: string;
  readonly isHub: boolean;
  readonly address: Text;
  readonly docker: DockerConnection;
  /** Key for the steps' SSH connection, where a person gave one; otherwise the SSH agent is asked. */
  readonly sshKey: Text | undefined;
  readonly platform: string;
  readonly network: NetworkSettings;
  /** Id of the bridge to take over, where it exists already. */
  readonly adoptNetwork: string | undefined;
  readonly volumes: readonly string[];
  /** In an order in which every container comes after what it needs. */
  readonly containers: readonly ContainerPlan[];
  /** What is done on the host itself, before any of its containers. */
  readonly guard: GuardStep;
  /** What is done inside the running services, each after what it waits for. */
  readonly steps: readonly FirstRunStep[];
  readonly memory: MemoryPlan;
  /** MiB that must be free where Docker keeps its data before an `up` touches a container. */
  readonly freeDiskMiB: number;
}

export interface ContainerPlan {
  readonly name: string;
  readonly image: Image;
  readonly command: readonly Text[];
  readonly environment: Readonly<Record<string, Text>>;
  /** `host`: the host's network and process namespaces. */
  readonly network: "bridge" | "host";
  readonly published: readonly PublishedPort[];
  readonly volumes: readonly { readonly volume: string; readonly path: string }[];
  readonly hostPaths: readonly HostPath[];
  readonly files: readonly ContainerFile[];
  readonly health: HealthCheck | undefined;
  readonly memoryMiB: number;
  /** Memory and swap together, as Docker counts it. */
  readonly memorySwapMiB: number;
  readonly typicalMiB: number;
  readonly sharedMemoryMiB: number | undefined;
  readonly init: boolean;
  readonly user: string | undefined;
  readonly stopSeconds: number;
  /** Containers of the same host that must be healthy first. */
  readonly needs: readonly string[];
}

/** One thing that is done on a host, as plain data. Doing it twice changes nothing. */
export interface HostStep {
  /** Where and what, e.g. `forgejo.add-oauth-source`: also the name of its resource. */
  readonly name: string;
  readonly purpose: string;
  /** What the host's shell runs. Readable by everyone on the host (`ps`) and printed when it fails: no secret. */
  readonly command: string;
  /** What the command reads: the script with its values, secrets among them. */
  readonly input: Text;
  /** Another value of it runs the step again. Secrets count by name only; a new value is another `input` anyway. */
  readonly fingerprint: string;
  readonly limitSeconds: number;
}

/** Keeps neighbours of the host away: `host-guard.ts`. */
export interface GuardStep extends HostStep {
  /** Addresses and subnets of the host that answer on the tailnet's interface, loopback and its bridges only. */
  readonly drops: readonly Text[];
}

/** One thing that is done inside a running service. */
export interface FirstRunStep extends HostStep {
  readonly service: string;
  /** Containers of the host that must be healthy first. */
  readonly needs: readonly string[];
  /** Steps of the host that must have succeeded first. */
  readonly after: readonly string[];
  /** Containers that need the service wait for this step too: without it they could not start, or let the wrong people in. */
  readonly gate: boolean;
}

export interface PublishedPort {
  readonly address: Text;
  readonly port: number;
  readonly target: number;
}

export interface MemoryPlan {
  /** Sums over the containers and what they may come to, MiB (rule in `memory.ts`). */
  readonly limits: number;
  readonly limitsAllowed: number;
  readonly typical: number;
  readonly typicalAllowed: number;
}

export interface EdgePlan {
  readonly settings: EdgeSettings;
  readonly domain: string;
  readonly ingress: readonly IngressRule[];
  /** Full names of the proxied records that lead to the tunnel. */
  readonly names: readonly string[];
  readonly redirect: { readonly from: string; readonly to: string } | undefined;
}

/** Without a hostname: the catch-all, always the last one. */
export interface IngressRule {
  readonly hostname?: string;
  readonly service: string;
}

export interface TailnetPlan {
  readonly policy: Policy;
  /** Tags of the hub's VPS, carried by its one-time join key. */
  readonly hubTags: readonly string[];
}

/** The part of Tailscale's policy language that the program writes. */
export interface Policy {
  readonly tagOwners: Readonly<Record<string, readonly string[]>>;
  readonly hosts: Readonly<Record<string, string>>;
  readonly grants: readonly {
    readonly src: readonly string[];
    readonly dst: readonly string[];
    readonly ip: readonly string[];
  }[];
  readonly tests: readonly PolicyTest[];
}

export interface PolicyTest {
  readonly src: string;
  readonly accept?: readonly string[];
  readonly deny?: readonly string[];
}

export interface GeneratedSecret {
  readonly name: string;
  readonly form: SecretForm;
  /** Another label makes another value. */
  readonly label: string | undefined;
  /** Not made but given: an older install has it in use. */
  readonly inUse: boolean;
  /** Another value is enough, or a step tells the running service. */
  readonly mayChange: boolean;
  readonly rotation: Rotation;
  readonly purpose: string;
}
