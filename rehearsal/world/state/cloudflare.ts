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

interface TunnelConfig {
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

interface Ruleset {
  id: string;
  zoneId: string;
  name: string;
  kind: string;
  phase: string;
  description: string;
  rules: { [key: string]: unknown }[];
  version: number;
}
