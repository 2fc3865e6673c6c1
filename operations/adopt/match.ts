import type { Plan } from "../../plan/plan.ts";
import type { CloudflareFound, DockerFound, HetznerFound } from "../inventory/inventory.ts";
import { withoutComment } from "../inventory/public-key.ts";
import { kinds } from "../stack/kinds.ts";
import type { Properties, Step } from "../stack/steps.ts";

/** What exists, as far as it answered. */
export interface Existing {
  readonly docker: DockerFound | undefined;
  readonly cloudflare: CloudflareFound | undefined;
  readonly hetzner: HetznerFound | undefined;
}

export type Verdict =
  | "imported unchanged"
  | "will be updated"
  | "will be replaced"
  /** A stack file takes it over, not the import list. */
  | "needs a setting"
  | "not found"
  /** Nothing to take over: made anew beside what exists, or run again. */
  | "made anew"
  | "not known";

export interface Match {
  readonly verdict: Verdict;
  readonly why: string;
  /** For the import list; left out where nothing is imported. */
  readonly id?: string;
}

const anew = (why: string): Match => ({ verdict: "made anew", why });
const missing: Match = { verdict: "not found", why: "it will be created" };
const silent: Match = { verdict: "not known", why: "what holds it does not answer" };

/** What becomes of one declared resource, given what exists already. */
export function matchOf(step: Step, existing: Existing, plan: Plan): Match {
  if (step.fate === "import") return { verdict: "imported unchanged", why: "by the stack file" };
  if (step.fate === "same") return { verdict: "imported unchanged", why: "the stack has it already" };
  const wanted = step.after?.inputs ?? {};
  const judge = judges[step.type];
  if (judge !== undefined) return judge(wanted, existing, plan);
  if (step.type.startsWith("random:")) return generatedSecret(step.name, plan);
  if (step.type.startsWith("command:")) return anew("runs at the first up");
  return anew("nothing to take over");
}

/** A new value is enough where nothing remembers the old one. */
function generatedSecret(name: string, plan: Plan): Match {
  const secret = plan.generated.find((one) => one.name === name);
  if (secret === undefined || secret.rotation === "restart") return anew("a new value is enough");
  const loss = {
    never: "without it nobody reads the data that it protects",
    step: "the service remembers it",
  };
  return {
    verdict: "needs a setting",
    why: `${secret.purpose}; ${loss[secret.rotation]}: pulumi config set --secret --path 'kitestacks:inUse["${name}"]' --stack ${plan.hub.name}`,
  };
}

type Judge = (wanted: Properties, existing: Existing, plan: Plan) => Match;

const judges: Readonly<Record<string, Judge>> = {
  [kinds.volume]: ({ name }, { docker }) => {
    if (docker === undefined) return silent;
    const found = docker.volumes.some((volume) => volume.name === name);
    return found ? { verdict: "imported unchanged", why: "with its data", id: String(name) } : missing;
  },
  [kinds.container]: (wanted, { docker }) => (docker === undefined ? silent : container(wanted, docker)),
  [kinds.network]: ({ name }, { docker }, plan) => {
    if (docker === undefined) return silent;
    const found = docker.networks.find((network) => network.name === name);
    if (found === undefined) return missing;
    const { subnet } = plan.settings.network;
    const why =
      found.subnet === subnet
        ? `set kitestacks:host.adoptNetwork: ${found.id}`
        : `its subnet is ${found.subnet}, not ${subnet}: remove it, or set kitestacks:network.subnet and kitestacks:host.adoptNetwork: ${found.id}`;
    return { verdict: "needs a setting", why };
  },
  [kinds.pulledImage]: () => anew("pulled, when it is not there yet"),
  [kinds.builtImage]: () => anew("built"),
  [kinds.record]: (wanted, { cloudflare }, plan) =>
    cloudflare === undefined ? silent : record(wanted, cloudflare, plan.edge.settings.zoneId),
  [kinds.tunnel]: ({ name }, { cloudflare }) => {
    if (cloudflare === undefined) return silent;
    const found = cloudflare.tunnels.find((tunnel) => tunnel.name === name && tunnel.deletedAt === "");
    if (found === undefined) return missing;
    const why = `set kitestacks:edge.tunnel: { mode: adopt, id: ${found.id} }; a second tunnel of that name is refused`;
    return { verdict: "needs a setting", why };
  },
  [kinds.ingress]: (_wanted, { cloudflare }) =>
    cloudflare === undefined ? silent : anew("written as a whole: it takes the place of the tunnel's rules"),
  [kinds.ruleset]: ({ phase, rules }, { cloudflare }, { edge }) => {
    if (cloudflare === undefined) return silent;
    const found = cloudflare.rules.filter((rule) => rule.phase === phase);
    const [first] = found;
    if (first === undefined) return missing;
    const kept = (rules as readonly { readonly expression?: string }[]).map(({ expression }) => expression);
    const lost = found.filter(({ expression }) => !kept.includes(expression));
    const why = lost
      .map(({ description, expression }) => `the rule ${description || expression} would go`)
      .join("; ");
    return { verdict: "will be updated", why, id: `zones/${edge.settings.zoneId}/${first.rulesetId}` };
  },
  [kinds.zoneSetting]: ({ settingId }, _existing, { edge }) => ({
    verdict: "will be updated",
    why: "if it differs",
    id: `${edge.settings.zoneId}/${settingId}`,
  }),
  [kinds.server]: ({ name }, { hetzner }) => {
    const found = hetzner?.servers.find((server) => server.name === name);
    if (hetzner === undefined) return silent;
    if (found === undefined) return missing;
    return {
      verdict: "needs a setting",
      why: `set kitestacks:server: { mode: adopt, id: "${found.id}", … }`,
    };
  },
  [kinds.firewall]: ({ name }, { hetzner }) =>
    byName(name, hetzner, hetzner?.firewalls, "its rules become the program's"),
  [kinds.primaryIp]: ({ name }, { hetzner }) => byName(name, hetzner, hetzner?.primaryIps, ""),
  [kinds.sshKey]: ({ publicKey, name }, { hetzner }) => {
    if (hetzner === undefined) return silent;
    const wanted = withoutComment(String(publicKey));
    const found = hetzner.sshKeys.find((key) => withoutComment(key.publicKey) === wanted);
    if (found === undefined) return missing;
    return found.name === name
      ? { verdict: "imported unchanged", why: "", id: found.id }
      : { verdict: "will be updated", why: `its name ${found.name} → ${name}`, id: found.id };
  },
  [kinds.policy]: () => ({
    verdict: "needs a setting",
    why: "a tailnet always has one; when it was ever edited, set kitestacks:tailnet.policy: adopt",
  }),
  [kinds.joinKey]: () => anew("for the first boot of a new machine"),
};

/** Only one of these may have a name that a CNAME has. Records for mail and the like stay beside it, and are not ours. */
const addressTypes = ["A", "AAAA", "CNAME"];

function record(wanted: Properties, { records }: CloudflareFound, zoneId: string): Match {
  const there = records.filter(({ name, type }) => name === wanted["name"] && addressTypes.includes(type));
  const found = there.find(({ type }) => type === wanted["type"]) ?? there[0];
  if (found === undefined) return missing;
  const { verdict, why } = recordChange(found, wanted);
  const inTheWay = there
    .filter((one) => one !== found)
    .map(
      ({ type, content }) =>
        `${type} ${content} of that name is in its way: delete it in Cloudflare's dashboard before \`up\``,
    );
  return { verdict, why: [...why, ...inTheWay].join("; "), id: `${zoneId}/${found.id}` };
}

function recordChange(
  found: CloudflareFound["records"][number],
  { type, content }: Properties,
): { readonly verdict: Verdict; readonly why: readonly string[] } {
  if (found.type !== type)
    return { verdict: "will be replaced", why: [`it is of type ${found.type}, not ${type}`] };
  if (found.content === content) return { verdict: "imported unchanged", why: [] };
  return { verdict: "will be updated", why: [`content ${found.content} → the program's tunnel`] };
}

/** Nothing that a replacement needs can be read back from a running container, so it is always replaced. */
function container(wanted: Properties, docker: DockerFound): Match {
  const found = docker.containers.find(({ name }) => name === wanted["name"]);
  if (found === undefined) return missing;
  const kept = (wanted["volumes"] as readonly { readonly volumeName?: string }[] | undefined) ?? [];
  const lost = found.volumes.filter((volume) => !kept.some(({ volumeName }) => volumeName === volume));
  const reasons = [
    found.image === wanted["image"]
      ? "environment, labels and files cannot be read back"
      : `image ${found.image} → ${wanted["image"]}`,
    ...(lost.length > 0
      ? [`its volume ${lost.join(", ")} is none of the program's: copy the data before`]
      : []),
  ];
  return { verdict: "will be replaced", why: reasons.join("; "), id: found.id };
}

function byName(
  name: unknown,
  hetzner: HetznerFound | undefined,
  things: readonly { readonly id: string; readonly name: string }[] | undefined,
  why: string,
): Match {
  if (hetzner === undefined) return silent;
  const found = things?.find((one) => one.name === name);
  if (found === undefined) return missing;
  return { verdict: why === "" ? "imported unchanged" : "will be updated", why, id: found.id };
}
