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

interface SshKey {
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

interface Firewall {
  id: string;
  name: string;
  labels: Record<string, string>;
  rules: FirewallRule[];
}

interface PrimaryIp {
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
