import { expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import { DEFAULT_POLICY } from "../../rehearsal/world/tailscale/tailnet.ts";
import type { Run } from "../stack/stack-access.ts";
import type { Step } from "../stack/steps.ts";
import { isUnjudgedChange } from "./exposure.ts";
import { reportMarkdown } from "./markdown.ts";
import { makeReport } from "./report.ts";

const plan = makePlan(exampleSettings(), catalogue);
const side = (inputs: Record<string, unknown>, more = {}) => ({
  id: "1",
  inputs,
  outputs: {},
  parent: "",
  retainOnDelete: false,
  ...more,
});
const step = (type: string, name: string, more: Partial<Step>): Step => ({
  urn: `urn:pulumi:cloud::kitestacks::${type}::${name}`,
  type,
  name,
  fate: "same",
  diffs: [],
  replaceKeys: [],
  ...more,
});
const run = (steps: Step[], more: Partial<Run> = {}): Run => ({
  kind: "preview",
  stack: "cloud",
  summary: {},
  changes: [],
  diagnostics: [],
  seconds: 1,
  stdout: "",
  stderr: "",
  steps,
  failures: [],
  ...more,
});
const written = async (steps: Step[], more: Partial<Run> = {}, limit?: number) =>
  reportMarkdown(await makeReport(run(steps, more), plan), plan, limit);

const bumped = step("docker:index/container:Container", "redis", {
  fate: "replace",
  replaceKeys: ["image"],
  before: side({ name: "redis", image: "redis:8.0", destroyGraceSeconds: 30 }),
  after: side({
    name: "redis",
    image: "redis:8.2",
    healthcheck: { interval: "10s", startPeriod: "1m0s" },
  }),
});

test("an outage is the swap and half of the start; at most the grace and the whole of it", async () => {
  expect(await written([bumped])).toContain(
    "| redis | restarts | image redis:8.0 → redis:8.2 | about 34 s (at most 1 min 44 s) |",
  );
});

test("an interval in milliseconds is not one in minutes", async () => {
  const after = side({
    name: "redis",
    image: "redis:8.2",
    healthcheck: { interval: "500ms", startPeriod: "10s" },
  });
  expect(await written([{ ...bumped, after }])).toContain("| about 9 s (at most 45 s) |");
});

test.each([
  ["docker:index/volume:Volume", "replace", {}, "volume `thing` is replaced: its data would be lost"],
  [
    "docker:index/volume:Volume",
    "delete",
    { retainOnDelete: true },
    "is deleted in the program; on the host it stays",
  ],
  [
    "hcloud:index/server:Server",
    "replace",
    {},
    "server `thing` is replaced: the whole machine with its disk",
  ],
  ["hcloud:index/primaryIp:PrimaryIp", "delete", {}, "public address `thing` is deleted"],
  [
    "cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared",
    "delete",
    {},
    "tunnel `thing` is deleted",
  ],
] as const)("%s, %s: shown first and bold", async (type, fate, more, words) => {
  const text = await written([bumped, step(type, "thing", { fate, before: side({}, more) })]);
  expect(text).toContain(words);
  expect(text).toMatch(/- \*\*[^*]*`thing`[^*]*\*\*/);
  expect(text.indexOf("### Data at risk")).toBeLessThan(text.indexOf("### Services"));
});

test("a secret that encrypts stored data is data, another secret is not", async () => {
  const secret = (name: string) =>
    step("random:index/randomBytes:RandomBytes", name, { fate: "replace", before: side({}) });
  const never = catalogue.flatMap(({ name, secrets = {} }) =>
    Object.entries(secrets).flatMap(([key, { rotation }]) =>
      rotation === "never" ? [`${name}.${key}`] : [],
    ),
  );
  expect(never).not.toEqual([]);
  expect(await written([secret(never[0] ?? "")])).toContain("cannot be read any more");
  expect(await written([secret("grafana.oidc")])).not.toContain("Data at risk");
});

test("a container that loses a volume loses data, although no volume is touched", async () => {
  const lost = step("docker:index/container:Container", "postgres", {
    fate: "replace",
    before: side({ name: "postgres", volumes: [{ volumeName: "postgres-data" }] }),
    after: side({ name: "postgres", volumes: [] }),
  });
  expect(await written([lost])).toContain(
    "**container `postgres` runs on without the volume postgres-data**",
  );
});

test("a failing preview shows its messages, and the risks that were found until then", async () => {
  const risk = step("docker:index/volume:Volume", "data", { fate: "delete", before: side({}) });
  const text = await written([risk], { failures: ["no such host: a `tick` and ``` three"] });
  expect(text).toContain("### The preview fails\n\n````\nno such host");
  expect(text).toContain("volume `data` is deleted");
  expect(text).not.toContain("### Services");
});

test("the raw diff is cut at the platform's limit, the rest of the report is whole", async () => {
  const text = await written([bumped], { stdout: `${"+ line\n".repeat(20_000)}` }, 10_000);
  expect(text.length).toBeLessThanOrEqual(10_000);
  expect(text).toContain("… cut: the comment's size limit is reached; the whole diff is in the job's log.");
  expect(text).toContain("| redis | restarts |");
  expect(text.trimEnd()).toMatch(/<\/details>$/);
});

test("text of a diff cannot end its own fence", async () => {
  const text = await written([bumped], { stdout: "+ uploads: ```\n</details>" });
  expect(text).toContain("````diff\n+ uploads: ```");
});

test("a policy that is not understood is said to be so", async () => {
  const odd = JSON.stringify({ grants: [{ src: ["sometimes:me"], dst: ["*"], ip: ["*"] }] });
  const policy = step("tailscale:index/acl:Acl", "policy", {
    fate: "update",
    before: side({ acl: odd }),
    after: side({ acl: odd }),
  });
  expect(await written([policy])).toContain(
    "the tailnet policy is not understood, so nothing is said about who reaches what",
  );
});

const policyStep = (before: object | string, after: object) =>
  step("tailscale:index/acl:Acl", "policy", {
    fate: "update",
    before: side({ acl: typeof before === "string" ? before : JSON.stringify(before) }),
    after: side({ acl: JSON.stringify(after) }),
  });

test("how a policy differs is told even where it is not understood, and somebody has to look", async () => {
  const odd = { grants: [{ src: ["sometimes:me"], dst: ["*"], ip: ["*"] }] };
  const { policy } = plan.tailnet;
  const step = policyStep(policy, odd);
  expect(await written([step])).toContain("- **new** grant on the tailnet: `sometimes:me` → `*`: `*`");
  expect(isUnjudgedChange((await makeReport(run([step]), plan)).exposure)).toBe(true);
  expect(isUnjudgedChange((await makeReport(run([policyStep(odd, odd)]), plan)).exposure)).toBe(false);
});

test("the policy of a first day is compared: HuJSON, as it was imported from Tailscale", async () => {
  const text = await written([policyStep(DEFAULT_POLICY, plan.tailnet.policy)]);
  expect(text).not.toContain("not understood");
  expect(text).toContain("- no longer a grant on the tailnet: `*` → `*`: `*`");
  expect(text).toMatch(/- tailnet, home port 5432: .*no longer `\*`/);
});

const everybody = (dst: string, ip: string) => ({ src: ["*"], dst: [dst], ip: [ip] });

test.each([
  [everybody("*", "tcp:10000-20000"), "- **new** grant on the tailnet: `*` → `*`: `tcp:10000-20000`"],
  [everybody("*", "udp:*"), "- **new** grant on the tailnet: `*` → `*`: `udp:*`"],
  [everybody("100.64.0.77", "*"), "- **new** grant on the tailnet: `*` → `100.64.0.77`: `*`"],
])("a policy that was opened is never called the same: %j", async (grant, words) => {
  const { policy } = plan.tailnet;
  const opened = { ...policy, grants: [...policy.grants, grant] };
  const text = await written([policyStep(policy, opened)]);
  expect(text).toContain(words);
  expect(text).not.toContain("Nothing more and nothing less can be reached");
  expect(await written([policyStep(opened, policy)])).toContain(words.replace("**new**", "no longer a"));
  expect(await written([policyStep(opened, opened)])).toContain("the same tailnet policy.");
});

test("other parts of the policy that change are named", async () => {
  const { policy } = plan.tailnet;
  const text = await written([policyStep(policy, { ...policy, ssh: [], nodeAttrs: [{ target: ["*"] }] })]);
  expect(text).toContain(
    "- other parts of the tailnet policy change: `nodeAttrs`, `ssh` (the raw diff shows how)",
  );
});

test("a range of ports is asked about at its ends, and at the ports that are published inside of it", async () => {
  const { policy } = plan.tailnet;
  const opened = { ...policy, grants: [...policy.grants, everybody("*", "tcp:5000-6000")] };
  const text = await written([policyStep(policy, opened)]);
  for (const port of [5000, 5432, 6000])
    expect(text).toContain(`- tailnet, home port ${port}: **now also \`*\`**`);
});

test("a price list that does not answer is said, not guessed", async () => {
  const server = step("hcloud:index/server:Server", "server", {
    after: side({ serverType: "cpx21", location: "hil" }),
  });
  const prices = async () => {
    throw new Error("Hetzner does not answer");
  };
  const report = await makeReport(run([server]), plan, { prices });
  expect(reportMarkdown(report, plan)).toContain("Not known: Hetzner does not answer.");
});

test("a VPS that the program no longer has is said to be removed, not to be offered no longer", async () => {
  const server = step("hcloud:index/server:Server", "server", {
    fate: "delete",
    before: side({ serverType: "cpx21", location: "hil" }),
  });
  const prices = async () => ({ amount: 9.5, currency: "EUR" });
  const report = await makeReport(run([server]), plan, { prices });
  expect(reportMarkdown(report, plan)).toContain("### Cost\n\n9.50 EUR a month → **the VPS is removed**");
  const unpriced = await makeReport(run([server]), plan, { prices: async () => undefined });
  expect(reportMarkdown(unpriced, plan)).toContain("### Cost\n\n**the VPS is removed**");
});

test("a server type without a price is said to be offered no longer", async () => {
  const server = step("hcloud:index/server:Server", "server", {
    before: side({ serverType: "cpx21", location: "hil" }),
    after: side({ serverType: "cpx0", location: "hil" }),
  });
  const prices = async ({ type }: { readonly type: string }) =>
    type === "cpx21" ? { amount: 9.5, currency: "EUR" } : undefined;
  const report = await makeReport(run([server]), plan, { prices });
  expect(reportMarkdown(report, plan)).toContain(
    "9.50 EUR a month → **no price: not offered there any more**",
  );
});
