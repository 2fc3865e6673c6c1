import { PolicyTextError, parsePolicyText, protocolName } from "../../../formats/tailnet-policy.ts";
import { checkNames } from "./policy-names.ts";
import {
  type Grant,
  type Policy,
  type PolicyTest,
  type PortRange,
  refuse,
  type SshRule,
  type SshTest,
  splitTarget,
} from "./policy-parts.ts";

type Section = { [key: string]: unknown };

function section(value: unknown, where: string): Section {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(`policy: ${where} must be an object`);
  }
  return Object.fromEntries(Object.entries(value));
}

function sections(value: unknown, where: string): Section[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return refuse(`policy: ${where} must be a list`);
  return value.map((entry: unknown, index) => section(entry, `${where}[${index}]`));
}

function texts(value: unknown, where: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return refuse(`policy: ${where} must be a list of texts`);
  return value.map((entry: unknown) =>
    typeof entry === "string" ? entry : refuse(`policy: ${where} must be a list of texts`),
  );
}

function onlyKeys(entry: Section, allowed: string[], where: string): void {
  for (const key of Object.keys(entry)) {
    if (allowed.includes(key)) continue;
    refuse(
      `policy: the rehearsal does not know "${key}" in ${where}; it evaluates ${allowed.join(", ")}. ` +
        "Leave it out or teach rehearsal/world/tailscale/policy.ts what it means",
    );
  }
}

/** "5432", "80-90", "tcp:5432", "udp:*", "*" as Tailscale's grants write them. */
function portRange(entry: string, where: string): PortRange {
  const match = /^(?:(tcp|udp|icmp|ipv6-icmp|sctp|gre|esp|ah|igmp|ipv4|\d{1,3}):)?(\*|\d+)(?:-(\d+))?$/.exec(
    entry,
  );
  if (!match) return refuse(`policy: ${where}: the rehearsal does not know the port or protocol "${entry}"`);
  const [, name = "", first = "*", last = first] = match;
  const protocol = protocolName(name);
  if (first === "*") return { protocol, from: 0, to: 65535 };
  return { protocol, from: Number(first), to: Number(last) };
}

function grant(entry: Section, where: string): Grant {
  onlyKeys(entry, ["src", "dst", "ip"], where);
  const ip = texts(entry["ip"], `${where}.ip`);
  if (ip.length === 0) refuse(`policy: ${where} must have a non-empty "ip"`);
  return {
    src: texts(entry["src"], `${where}.src`),
    dst: texts(entry["dst"], `${where}.dst`),
    ip: ip.map((port) => portRange(port, `${where}.ip`)),
    where,
    isGrant: true,
  };
}

function aclAsGrants(entry: Section, where: string): Grant[] {
  onlyKeys(entry, ["action", "src", "dst", "proto"], where);
  if (entry["action"] !== "accept") refuse(`policy: ${where}.action must be "accept"`);
  const protocol = entry["proto"] === undefined ? "" : String(entry["proto"]);
  return texts(entry["dst"], `${where}.dst`).map((target) => {
    const { selector, ports } = splitTarget(target);
    const ip = ports.split(",").map((port) => ({ ...portRange(port, where), protocol }));
    return { src: texts(entry["src"], `${where}.src`), dst: [selector], ip, where, isGrant: false };
  });
}

function sshRule(entry: Section, where: string): SshRule {
  onlyKeys(entry, ["action", "src", "dst", "users", "checkPeriod"], where);
  const action = entry["action"];
  if (action !== "accept" && action !== "check") {
    return refuse(`policy: ${where}.action must be "accept" or "check"`);
  }
  const dst = texts(entry["dst"], `${where}.dst`);
  for (const target of dst) {
    if (!/^(tag:|autogroup:(self|member|tagged)$|.+@.+)/.test(target)) {
      refuse(
        `policy: ${where}.dst: "${target}" is no valid destination of an SSH rule: use a tag, a user or autogroup:self`,
      );
    }
  }
  return {
    action,
    dst,
    src: texts(entry["src"], `${where}.src`),
    users: texts(entry["users"], `${where}.users`),
  };
}

/** Tailscale's own default policy lets people use Funnel, which changes nothing about who reaches whom. */
function withoutEffect(entry: Section, where: string): void {
  onlyKeys(entry, ["target", "attr"], where);
  const other = texts(entry["attr"], `${where}.attr`).find((attribute) => attribute !== "funnel");
  if (other !== undefined) refuse(`policy: ${where}: the rehearsal does not know the attribute "${other}"`);
}

function policyTest(entry: Section, where: string): PolicyTest {
  onlyKeys(entry, ["src", "proto", "accept", "deny"], where);
  const protocol = entry["proto"] === undefined ? "tcp" : String(entry["proto"]);
  return {
    src: String(entry["src"]),
    protocol,
    accept: texts(entry["accept"], `${where}.accept`),
    deny: texts(entry["deny"], `${where}.deny`),
  };
}

function sshTest(entry: Section, where: string): SshTest {
  onlyKeys(entry, ["src", "dst", "accept", "check", "deny"], where);
  return {
    src: String(entry["src"]),
    dst: texts(entry["dst"], `${where}.dst`),
    accept: texts(entry["accept"], `${where}.accept`),
    check: texts(entry["check"], `${where}.check`),
    deny: texts(entry["deny"], `${where}.deny`),
  };
}

function textLists(value: unknown, where: string): Record<string, string[]> {
  if (value === undefined) return {};
  const entries = Object.entries(section(value, where));
  return Object.fromEntries(entries.map(([key, entry]) => [key, texts(entry, `${where}.${key}`)]));
}

function hostTable(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const entries = Object.entries(section(value, "hosts"));
  return Object.fromEntries(entries.map(([name, address]) => [name, String(address)]));
}

function root(source: string): Section {
  try {
    return section(parsePolicyText(source), "the policy");
  } catch (error) {
    if (!(error instanceof PolicyTextError)) throw error;
    return refuse(`policy: ${error.message}`);
  }
}

/** @throws ProviderError that names the part which is malformed, undefined or not evaluated by the rehearsal. */
export function parsePolicy(source: string): Policy {
  const top = root(source);
  const known = ["grants", "acls", "ssh", "tagOwners", "groups", "hosts", "tests", "sshTests", "nodeAttrs"];
  onlyKeys(top, known, "the policy");
  for (const [i, entry] of sections(top["nodeAttrs"], "nodeAttrs").entries())
    withoutEffect(entry, `nodeAttrs[${i}]`);
  const policy: Policy = {
    grants: [
      ...sections(top["grants"], "grants").map((entry, i) => grant(entry, `grants[${i}]`)),
      ...sections(top["acls"], "acls").flatMap((entry, i) => aclAsGrants(entry, `acls[${i}]`)),
    ],
    ssh: sections(top["ssh"], "ssh").map((entry, i) => sshRule(entry, `ssh[${i}]`)),
    tagOwners: textLists(top["tagOwners"], "tagOwners"),
    groups: textLists(top["groups"], "groups"),
    hosts: hostTable(top["hosts"]),
    tests: sections(top["tests"], "tests").map((entry, i) => policyTest(entry, `tests[${i}]`)),
    sshTests: sections(top["sshTests"], "sshTests").map((entry, i) => sshTest(entry, `sshTests[${i}]`)),
  };
  checkNames(policy);
  return policy;
}
