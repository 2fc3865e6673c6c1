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
  administrator?: Administrator;
}

/** Who became administrator in an application whose first visitor does; nobody yet: left out. */
type Administrator = "ours" | "first visitor";

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
  command: string[];
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
  /** `id` is the network's at the time of the creation. */
  networks: { id: string; name: string; aliases: string[]; address: string }[];
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
  /** Set when no named volume holds its data. */
  administrator?: Administrator;
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
