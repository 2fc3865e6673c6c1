import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../catalogue/service.ts";
import { describeWithEngine } from "../../rehearsal/engine/testing.ts";
import { exitCodes } from "../exit-codes.ts";
import { pictureOfPlan } from "../picture/of-plan.ts";
import { picturePage } from "../picture/page.ts";
import { BothUp, type Change } from "../testing/both-up.ts";
import type { ReportOptions } from "./report.ts";
import { reportOn } from "./report-on.ts";

/** After a change of the catalogue or the wording: `npx vitest run operations/report -u`, then read what changed. */
const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.md`);

/** The raw diff has ids that the engine makes up, and comes in the order of arrival. */
const withoutDiff = (markdown: string) =>
  markdown.replace(/(<summary>Raw diff<\/summary>)[\s\S]*?(<\/details>)/, "$1\n\n(left out)\n\n$2");

const exampleIntroduction = `# What a report looks like

The comment under a pull request that takes Uptime Kuma out of the catalogue and out of \`acceptSplitData\`, for the
stack of the hub, previewed by the real engine in the simulated world. A test writes this file
(\`operations/report/scenarios.test.ts\`). The raw diff is left out here; the prices are made up.

---

`;

const prices: ReportOptions["prices"] = async ({ type }) => {
  const amount = { cpx21: 9.5, cpx31: 17.9 }[type];
  return amount === undefined ? undefined : { amount, currency: "EUR" };
};

describeWithEngine("reports of a running system", (engine) => {
  let system: BothUp;
  beforeAll(async () => {
    system = await BothUp.open(engine);
  }, 240_000);
  afterAll(() => system?.close());

  const report = async (change: Change, stack = "kscloud1", options: ReportOptions = {}) => {
    const plan = system.propose(change, stack);
    return reportOn(await system.stack(stack), plan, { prices, ...options });
  };
  const hub = (...edits: [string, string][]): Change => ({ files: { "Pulumi.kscloud1.yaml": edits } });
  const services = "  kitestacks:services:\n";

  test("nothing changes", async () => {
    const { markdown, exitCode } = await report({});
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("no-change"));
    expect(exitCode).toBe(exitCodes.fine);
  });

  test("an image is bumped: one service restarts", async () => {
    const bump = hub([services, `${services}    images: { grafana: "grafana/grafana:13.9.0" }\n`]);
    const { markdown, report: found, exitCode } = await report(bump);
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("image-bump"));
    expect(found.services.map(({ name }) => name)).toEqual(["grafana"]);
    expect(markdown).toContain("grafana/grafana:13.9.0");
    expect(exitCode).toBe(exitCodes.fine);
  });

  test("a memory limit changes: nothing restarts", async () => {
    const change: Change = {
      catalogue: (all) =>
        all.map((one) => (one.name === "grafana" ? { ...one, memory: { limit: 384, typical: 180 } } : one)),
    };
    const { markdown, report: found } = await report(change);
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("memory-change"));
    expect(found.services).toMatchObject([{ name: "grafana", what: "changes without a restart" }]);
  });

  test("a secret is rotated", async () => {
    const { markdown } = await report(hub([services, `${services}    rotate: { grafana.oidc: "again" }\n`]));
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("secret-rotation"));
  });

  test("the tailnet policy is widened", async () => {
    const grant =
      '    policy: create\n    extraGrants: [{ src: ["autogroup:member"], dst: ["tag:kitestacks"], ip: ["tcp:3000"] }]\n';
    const { markdown } = await report(hub(["    policy: create", grant]));
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("acl-widened"));
    expect(markdown).toContain("kscloud1 port 3000: **now also `autogroup:member`**");
  });

  test("the VPS gets another type", async () => {
    const { markdown } = await report(hub(["type: cpx21", "type: cpx31"]));
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("server-type"));
    expect(markdown).toContain("9.50 EUR a month → **17.90 EUR a month**");
  });

  test("a volume is replaced: exit code 4, unless it is allowed by name", async () => {
    const change: Change = {
      resources: ({ type, name, props, opts }) =>
        type === "docker:index/volume:Volume" && name === "forgejo-data"
          ? { props: { ...props, name: "forgejo-data-2" }, opts }
          : undefined,
    };
    const refused = await report(change);
    await expect(withoutDiff(refused.markdown)).toMatchFileSnapshot(golden("volume-replaced"));
    expect(refused.exitCode).toBe(exitCodes.dataAtRisk);
    const accepted = await report(change, "kscloud1", { allowed: ["forgejo-data"] });
    expect(accepted.exitCode).toBe(exitCodes.fine);
    expect(accepted.markdown).toContain("accepted with `--allow-data-loss forgejo-data`");
  });

  test("a host becomes lite: services are removed, with the volumes that they had", async () => {
    const { markdown, exitCode } = await report(hub(["profile: full", "profile: lite"]));
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("lite"));
    expect(exitCode).toBe(exitCodes.dataAtRisk);
  });

  test("a public service is removed", async () => {
    const without: Change = {
      catalogue: (all) => all.filter(({ name }) => name !== "uptime-kuma"),
      files: { "Pulumi.kscloud1.yaml": [[", uptime-kuma]", "]"]] },
    };
    const { report: found, markdown, exitCode } = await report(without);
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("service-removed"));
    const page = picturePage(pictureOfPlan(system.propose(without, "kscloud1"), found));
    expect(page).toContain('class="chip inside removed"');
    const example = join(import.meta.dirname, "../../docs/example-report.md");
    await expect(exampleIntroduction + withoutDiff(markdown)).toMatchFileSnapshot(example);
    expect(markdown).toContain("no longer public hostname: `status.kitestacks.com`");
    expect(exitCode).toBe(exitCodes.dataAtRisk);
  });

  test("a new public service", async () => {
    const notes: Service = {
      name: "notes",
      image: { reference: "docker.io/example/notes:1.0" },
      runsOn: "every host",
      port: 8080,
      health: { none: "an example" },
      memory: { limit: 64, typical: 32 },
      data: { placement: "none", writable: false, what: "nothing" },
      public: { hostname: "notes", title: "Notes", purpose: "Notes", healthPath: "/" },
      sso: { kind: "none", why: "an example" },
    };
    const { markdown, exitCode } = await report({ catalogue: (all) => [...all, notes] });
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("new-public-service"));
    expect(markdown).toContain("**new** public hostname: `notes.kitestacks.com`");
    expect(exitCode).toBe(exitCodes.fine);
  });

  test("a third host: a stack of its own, and the hub's policy", async () => {
    const attic =
      "config:\n  kitestacks:host: { role: member, tailnetAddress: 100.64.0.9, ramMiB: 16384, swapMiB: 8192 }\n";
    const change: Change = { files: { "Pulumi.attic.yaml": attic } };
    const onHub = await report(change);
    expect(onHub.markdown).toContain("- tailnet, kscloud1 port 5432: **now also `attic`**");
    expect(onHub.markdown).toContain("| prometheus | restarts | files |");
    const own = await report(change, "attic");
    await expect(withoutDiff(own.markdown)).toMatchFileSnapshot(golden("third-host"));
  });
});
