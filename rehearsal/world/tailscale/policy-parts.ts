import { ProviderError } from "../../provider/provider.ts";

/** The part of Tailscale's policy language that the world evaluates; anything else is an error that names it. */
export interface Policy {
  grants: Grant[];
  ssh: SshRule[];
  tagOwners: Record<string, string[]>;
  groups: Record<string, string[]>;
  hosts: Record<string, string>;
  tests: PolicyTest[];
  sshTests: SshTest[];
}

/** A grant, or an entry of `acls` written as one. */
export interface Grant {
  src: string[];
  dst: string[];
  /** "tcp", "udp", … or "" for any, with a range of ports. */
  ip: PortRange[];
  where: string;
  /** False for an entry of `acls`, where Tailscale is less strict. */
  isGrant: boolean;
}

export interface PortRange {
  protocol: string;
  from: number;
  to: number;
}

export interface SshRule {
  action: "accept" | "check";
  src: string[];
  dst: string[];
  users: string[];
}

export interface PolicyTest {
  src: string;
  protocol: string;
  accept: string[];
  deny: string[];
}

export interface SshTest {
  src: string;
  dst: string[];
  accept: string[];
  check: string[];
  deny: string[];
}

/** Refuses a policy as Tailscale's API does. */
export function refuse(message: string): never {
  throw new ProviderError(`${message} (400)`);
}

/** "tag:db:5432" → ["tag:db", "5432"]. */
export function splitTarget(target: string): { selector: string; ports: string } {
  const at = target.lastIndexOf(":");
  if (at <= 0) return refuse(`policy: "${target}" has no port: write "<destination>:<port>"`);
  return { selector: target.slice(0, at), ports: target.slice(at + 1) };
}
