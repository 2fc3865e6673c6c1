import { type PolicyDocument, PolicyError, policySchema } from "./policy-schema.ts";
import { type Device, parseSelector, type Selector } from "./policy-selectors.ts";

/** Who may reach which TCP ports. Rules only ever allow: what no rule names is refused. */
export interface Policy {
  readonly rules: readonly Rule[];
  /** Who may give a device a tag. */
  readonly tagOwners: Readonly<Record<string, readonly string[]>>;
}

interface Rule {
  /** `grants[2]`. */
  readonly where: string;
  readonly src: readonly Selector[];
  readonly dst: readonly { readonly selector: Selector; readonly covers: (tcpPort: number) => boolean }[];
}

type Covers = (tcpPort: number) => boolean;

/**
 * @param value the policy as parsed from its JSON
 * @throws PolicyError naming what is wrong or not understood, even where no host of ours is concerned
 */
export function parsePolicy(value: unknown): Policy {
  const parsed = policySchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PolicyError(
      `${issue?.path.map(String).join(".") || "the policy"}: ${issue?.message ?? "not valid"}`,
    );
  }
  const policy = parsed.data;
  if (policy.grants === undefined && policy.acls === undefined)
    throw new PolicyError("it has neither grants nor acls: then everybody reaches everything");
  return { rules: [...fromGrants(policy), ...fromAcls(policy)], tagOwners: policy.tagOwners };
}

/** Certain: some rule lets this very device in, whoever owns it. */
export function admits({ rules }: Policy, from: Device, to: Device, tcpPort: number): boolean {
  return rules.some(
    ({ src, dst }) =>
      src.some((selector) => selector.matches(from) === "yes") &&
      dst.some(({ selector, covers }) => covers(tcpPort) && selector.matches(to) === "yes"),
  );
}

/** Everybody whom some rule lets in, or lets in depending on who owns the device. */
export function openTo(
  { rules }: Policy,
  to: Device,
  tcpPort: number,
): readonly { readonly where: string; readonly selector: Selector }[] {
  return rules
    .filter(({ dst }) => dst.some(({ selector, covers }) => covers(tcpPort) && selector.matches(to) !== "no"))
    .flatMap(({ where, src }) => src.map((selector) => ({ where, selector })));
}

function fromGrants(policy: PolicyDocument): readonly Rule[] {
  return (policy.grants ?? []).map((grant, index) => {
    const where = `grants[${index}]`;
    const covers = anyOf(grant.ip.map((spec) => portsOf(spec, where)));
    return {
      where,
      src: grant.src.map((text) => parseSelector(text, where, "src", policy)),
      dst: grant.dst.map((text) => ({ selector: parseSelector(text, where, "dst", policy), covers })),
    };
  });
}

/** `dst` of an access rule carries its ports: `tag:web:80,443`. */
function fromAcls(policy: PolicyDocument): readonly Rule[] {
  return (policy.acls ?? []).map((acl, index) => {
    const where = `acls[${index}]`;
    return {
      where,
      src: acl.src.map((text) => parseSelector(text, where, "src", policy)),
      dst: acl.dst.map((text) => {
        const colon = text.lastIndexOf(":");
        const selector = parseSelector(text.slice(0, Math.max(colon, 0)), where, "dst", policy);
        const specs = text.slice(colon + 1).split(",");
        const prefix = acl.proto === undefined ? "" : `${acl.proto}:`;
        return { selector, covers: anyOf(specs.map((spec) => portsOf(prefix + spec, where))) };
      }),
    };
  });
}

const protocol = "tcp|udp|icmp|ipv6-icmp|sctp|gre|esp|ah|igmp|ipv4|\\d{1,3}";
const specification = new RegExp(`^(?:(${protocol}):)?(?:(\\*)|(\\d{1,5})(?:-(\\d{1,5}))?)$`);

/** `*`, `5432`, `80-90`, `tcp:5432`, `icmp:*`; a specification without protocol means all of them. */
function portsOf(spec: string, where: string): Covers {
  const parts = specification.exec(spec);
  if (parts === null) throw new PolicyError(`${where}: ip "${spec}" is not understood`);
  const [, name, every, first, last = first] = parts;
  const isTcp = name === undefined || name === "tcp" || name === "6";
  return (port) => isTcp && (every !== undefined || (Number(first) <= port && port <= Number(last)));
}

function anyOf(all: readonly Covers[]): Covers {
  return (port) => all.some((covers) => covers(port));
}
