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
  diskFull: boolean;
  /** Seconds that the next start of a container takes, by container name: an injected slowness. */
  slowStarts: Record<string, number>;
  containers: Record<string, Container>;
  networks: Record<string, DockerNetwork>;
  volumes: Record<string, DockerVolume>;
  /** Names of volumes that were deleted, sorted: the data on them is lost. */
  volumesRemoved: string[];
  /** By the reference they were pulled with, or by "sha256:…" for a build. */
  images: Record<string, DockerImage>;
  /** Files that were copied to the machine, by path. */
  files: Record<string, string>;
}

export interface DockerNetwork {
  id: string;
  name: string;
  driver: string;
  internal: boolean;
  subnet: string;
  gateway: string;
  labels: Record<string, string>;
  options: Record<string, string>;
  createdBy: string;
}

export interface DockerVolume {
  name: string;
  driver: string;
  driverOpts: Record<string, string>;
  labels: Record<string, string>;
  createdBy: string;
  createdAt: string;
  /** What a Postgres server wrote when it first started on this volume. */
  postgres?: PostgresData;
}

export interface PostgresData {
  user: string;
  password: string;
  database: string;
}

export interface DockerImage {
  id: string;
  reference: string;
  /** For an image built on the host: what its Dockerfile says. */
  build?: BuiltImage;
}

export interface BuiltImage {
  /** The image of the last FROM. */
  base: string;
  user: string;
  exposed: number[];
  healthcheck: string[];
}

export interface Container {
  id: string;
  name: string;
  image: string;
  imageId: string;
  /** The URN of the resource that made it, or "hand". */
  createdBy: string;
  createdAt: string;
  command: string[];
  entrypoints: string[];
  env: Record<string, string>;
  labels: Record<string, string>;
  user: string;
  workingDir: string;
  hostname: string;
  /** "bridge", "host", "none". */
  networkMode: string;
  pidMode: string;
  networks: { name: string; aliases: string[]; address: string }[];
  ports: PublishedPort[];
  mounts: Mount[];
  files: ContainerFile[];
  /** MiB; 0 means no limit. `memorySwap` counts memory and swap together, -1 means no limit. */
  memory: number;
  memorySwap: number;
  memoryReservation: number;
  restart: string;
  maxRetryCount: number;
  cpuShares: number;
  cpuSet: string;
  healthcheck: HealthCheck | null;
  hosts: { host: string; ip: string }[];
  capabilities: { adds: string[]; drops: string[] };
  securityOpts: string[];
  readOnly: boolean;
  privileged: boolean;
  tmpfs: Record<string, string>;
  init: boolean;
  logDriver: string;
  logOpts: Record<string, string>;
  running: boolean;
  /** Which of the values above the program marked as secret. */
  secret: { env: string[]; files: string[]; labels: string[]; command: boolean };
  /** Why its creation failed; "" when it did not. */
  createProblem: string;
  /** Set when it was made with a Postgres image and no named volume. */
  postgres?: PostgresData;
}

export interface PublishedPort {
  ip: string;
  external: number;
  internal: number;
  protocol: string;
}

export interface Mount {
  kind: "volume" | "bind" | "tmpfs";
  /** The volume's name or the path on the machine. */
  source: string;
  target: string;
  readOnly: boolean;
}

export interface ContainerFile {
  path: string;
  content: string;
  /** Four octal digits. */
  mode: string;
  owner: string;
  group: string;
}

export interface HealthCheck {
  tests: string[];
  interval: string;
  timeout: string;
  startPeriod: string;
  startInterval: string;
  retries: number;
}

export interface HetznerState {
  tokens: string[];
  serverTypes: Record<string, ServerType>;
  locations: Record<string, { id: number; networkZone: string }>;
  images: string[];
  sshKeys: Record<string, SshKey>;
  firewalls: Record<string, Firewall>;
  primaryIps: Record<string, PrimaryIp>;
  servers: Record<string, Server>;
}

export interface ServerType {
  id: number;
  cores: number;
  memoryGB: number;
  diskGB: number;
  architecture: string;
  cpuType: string;
  locations: string[];
}

export interface SshKey {
  id: string;
  name: string;
  publicKey: string;
  fingerprint: string;
  labels: Record<string, string>;
}

export interface FirewallRule {
  direction: string;
  protocol: string;
  port: string;
  sourceIps: string[];
  destinationIps: string[];
  description: string;
}

export interface Firewall {
  id: string;
  name: string;
  labels: Record<string, string>;
  rules: FirewallRule[];
}

export interface PrimaryIp {
  id: string;
  name: string;
  type: string;
  address: string;
  location: string;
  assigneeId: string;
  autoDelete: boolean;
  deleteProtection: boolean;
  labels: Record<string, string>;
}

export interface Server {
  id: string;
  name: string;
  serverType: string;
  location: string;
  image: string;
  userData: string;
  sshKeys: string[];
  firewallIds: string[];
  labels: Record<string, string>;
  ipv4: string;
  ipv6: string;
  primaryIpv4: string;
  deleteProtection: boolean;
  rebuildProtection: boolean;
  backups: boolean;
  createdAt: string;
  /** What its first boot did, in order; a refusal to join the tailnet says why. */
  boot: string[];
}

export interface CloudflareState {
  apiTokens: string[];
  accounts: Record<string, { id: string; zones: Record<string, { id: string; name: string }> }>;
  tunnels: Record<string, Tunnel>;
  /** By tunnel id. */
  tunnelConfigs: Record<string, TunnelConfig>;
  records: Record<string, DnsRecord>;
  /** By zone id, then setting id. */
  settings: Record<string, Record<string, string>>;
  rulesets: Record<string, Ruleset>;
}

export interface Tunnel {
  id: string;
  accountId: string;
  name: string;
  configSrc: string;
  secret: string;
  createdAt: string;
  /** "" while it exists. */
  deletedAt: string;
}

export interface IngressRule {
  hostname: string;
  path: string;
  service: string;
  originRequest: { [key: string]: unknown };
}

export interface TunnelConfig {
  ingresses: IngressRule[];
  originRequest: { [key: string]: unknown };
  version: number;
  createdAt: string;
}

export interface DnsRecord {
  id: string;
  zoneId: string;
  name: string;
  type: string;
  content: string;
  proxied: boolean;
  ttl: number;
  comment: string;
  priority: number;
  createdAt: string;
  /** The URN of the resource that made it, or "hand". */
  createdBy: string;
}

export interface Ruleset {
  id: string;
  zoneId: string;
  name: string;
  kind: string;
  phase: string;
  description: string;
  rules: { [key: string]: unknown }[];
  version: number;
}

export interface TailscaleState {
  apiKeys: string[];
  oauthClients: { id: string; secret: string }[];
  /** The text in force, as it was written. */
  policy: string;
  /** Whether it is still the one that a new tailnet has. */
  policyIsDefault: boolean;
  /** The person whose computer runs the program, for "who may reach SSH". */
  operator: string;
  devices: Record<string, Device>;
  keys: Record<string, TailnetKey>;
}

export interface Device {
  id: string;
  hostname: string;
  address: string;
  /** The login name of its owner; "" for a tagged device. */
  user: string;
  tags: string[];
  online: boolean;
  keyExpiryDisabled: boolean;
  createdAt: string;
  /** The join key that it came with; "" for a device that a person added. */
  joinedWith: string;
}

export interface TailnetKey {
  id: string;
  key: string;
  tags: string[];
  reusable: boolean;
  ephemeral: boolean;
  preauthorized: boolean;
  description: string;
  createdAt: string;
  expiresAt: string;
  uses: number;
  revoked: boolean;
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
