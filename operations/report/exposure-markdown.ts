import { folded, table } from "./blocks.ts";
import type { Difference, Exposure } from "./exposure.ts";
import type { PolicyChanges } from "./policy-changes.ts";
import type { ReachChange } from "./reach.ts";

/** What can be reached that could not before, and the other way round; or that nothing of it changes. */
export function exposureMarkdown({ ports, hostnames, tailnet }: Exposure): string {
  const lines = [
    ...changesOf("published on the tailnet address", ports),
    ...changesOf("public hostname", hostnames),
    ...reach(tailnet),
  ];
  const same = `Nothing more and nothing less can be reached: ${ports.count} published ports, ${hostnames.count} public hostnames${tailnet.kind === "compared" ? ", the same tailnet policy" : ""}.`;
  return `### Exposure\n\n${lines.length === 0 ? same : lines.join("\n")}${matrix(tailnet)}`;
}

const changesOf = (what: string, { added, removed }: Difference) => [
  ...added.map((one) => `- **new** ${what}: \`${one}\``),
  ...removed.map((one) => `- no longer ${what}: \`${one}\``),
];

/** No line only where the policy is the same as before. */
function reach(tailnet: Exposure["tailnet"]): string[] {
  if (tailnet.kind === "not owned") return [];
  if (tailnet.kind === "not understood")
    return [
      `- **the tailnet policy is not understood, so nothing is said about who reaches what**: ${tailnet.why}`,
      ...(tailnet.policy === undefined ? [] : policyLines(tailnet.policy)),
    ];
  return [...policyLines(tailnet.policy), ...tailnet.changes.map(reachLine)];
}

function policyLines({ added, removed, sections }: PolicyChanges): string[] {
  return [
    ...added.map((grant) => `- **new** grant on the tailnet: ${grant}`),
    ...removed.map((grant) => `- no longer a grant on the tailnet: ${grant}`),
    ...(sections.length === 0
      ? []
      : [
          `- other parts of the tailnet policy change: ${sections.map((name) => `\`${name}\``).join(", ")} (the raw diff shows how)`,
        ]),
  ];
}

function reachLine({ host, port, before, after }: ReachChange): string {
  const more = after.filter((source) => !before.includes(source));
  const less = before.filter((source) => !after.includes(source));
  return `- tailnet, ${host} port ${port}: ${[...more.map((one) => `**now also \`${one}\`**`), ...less.map((one) => `no longer \`${one}\``)].join(", ")}`;
}

function matrix(tailnet: Exposure["tailnet"]): string {
  if (tailnet.kind !== "compared" || tailnet.changes.length === 0) return "";
  const rows = tailnet.matrix.map(({ host, port, from }) => [
    host,
    String(port),
    from.length === 0 ? "nobody" : from.map((one) => `\`${one}\``).join(", "),
  ]);
  return `\n\n${folded("Who reaches which TCP port of our hosts on the tailnet afterwards", table(["host", "port", "from"], rows))}`;
}
