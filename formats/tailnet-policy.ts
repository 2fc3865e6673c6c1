import { createScanner, type ParseError, parse, printParseErrorCode } from "jsonc-parser";

/**
 * The text of a tailnet policy. Tailscale writes HuJSON (comments, trailing commas), and its server, a Go program,
 * takes keys in any case and some under an older name. Everything that reads a policy reads it here: the report once
 * read it as plain JSON, and said "not understood" of the change that opened everything.
 */
export class PolicyTextError extends Error {}

/**
 * The policy as plain data, its keys as today's documentation writes them.
 * @throws PolicyTextError naming the line that is not HuJSON
 */
export function parsePolicyText(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const line = text.slice(0, error.offset).split("\n").length;
    throw new PolicyTextError(`line ${line} is not HuJSON: ${printParseErrorCode(error.error)}`);
  }
  return withTodaysKeys(value);
}

/**
 * A policy that was parsed already, its keys as today's documentation writes them. Names that a person made up
 * (of groups, hosts, tags) stay as they are.
 */
export function withTodaysKeys(policy: unknown): unknown {
  if (!isObject(policy)) return policy;
  return renamed(policy, sections, (section, content) => {
    const fields = fieldsOf[section];
    if (fields === undefined || !Array.isArray(content)) return content;
    return content.map((entry: unknown) => (isObject(entry) ? ruleWithTodaysKeys(entry, fields) : entry));
  });
}

const sections = namesByAnyCase([
  "acls",
  "autoApprovers",
  "defaultSrcPosture",
  "derpMap",
  "disableIPv4",
  "grants",
  "groups",
  "hosts",
  "ipsets",
  "nodeAttrs",
  "oneCGNATRoute",
  "postures",
  "randomizeClientPort",
  "ssh",
  "sshTests",
  "tagOwners",
  "tests",
]);

/**
 * By section. The older names are those that the Go client of Tailscale's own API declares beside today's
 * (github.com/tailscale/tailscale-client-go, `ACLEntry` and `ACLTest`).
 */
const fieldsOf: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  acls: namesByAnyCase(["action", "src", "dst", "proto", "srcPosture"], { users: "src", ports: "dst" }),
  grants: namesByAnyCase(["src", "dst", "ip", "app", "via", "srcPosture"]),
  ssh: namesByAnyCase(["action", "src", "dst", "users", "checkPeriod", "acceptEnv", "srcPosture"]),
  nodeAttrs: namesByAnyCase(["target", "attr", "app"]),
  tests: namesByAnyCase(["src", "proto", "accept", "deny"], { user: "src", allow: "accept" }),
  sshTests: namesByAnyCase(["src", "dst", "accept", "check", "deny"]),
};

function ruleWithTodaysKeys(rule: Fields, fields: ReadonlyMap<string, string>): Fields {
  return renamed(rule, fields, (field, value) => (field === "proto" ? protocolName(String(value)) : value));
}

/** By its number in IANA's registry a protocol is the same as by its name. */
export function protocolName(protocol: string): string {
  return ianaNames[protocol] ?? protocol.toLowerCase();
}

/** Of those that Tailscale takes by name. */
const ianaNames: Readonly<Record<string, string>> = {
  1: "icmp",
  2: "igmp",
  4: "ipv4",
  6: "tcp",
  17: "udp",
  47: "gre",
  50: "esp",
  51: "ah",
  58: "ipv6-icmp",
  132: "sctp",
};

type Fields = Readonly<Record<string, unknown>>;

/** A key that two entries mean is in the text twice; the last one counts, as it does for one that is written twice. */
function renamed(
  content: Fields,
  names: ReadonlyMap<string, string>,
  value: (name: string, value: unknown) => unknown,
): Fields {
  return Object.fromEntries(
    Object.entries(content).map(([key, entry]) => {
      const name = names.get(key.toLowerCase()) ?? key;
      return [name, value(name, entry)];
    }),
  );
}

function namesByAnyCase(
  today: readonly string[],
  older: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  return new Map([...today.map((name) => [name.toLowerCase(), name] as const), ...Object.entries(older)]);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The text without layout and trailing commas: equal for two texts that `hujson.Format` writes alike, which is all
 * that Pulumi's provider compares. Comments and the order of keys count.
 */
export function withoutLayout(text: string): string {
  const scanner = createScanner(text, false);
  const tokens: string[] = [];
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    const token = text.slice(start, start + scanner.getTokenLength()).trim();
    if (token === "") continue;
    if ((token === "}" || token === "]") && tokens.at(-1) === ",") tokens.pop();
    tokens.push(token);
  }
  return tokens.join("\n");
}
