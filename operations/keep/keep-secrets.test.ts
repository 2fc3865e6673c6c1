import { RandomBytes } from "@pulumi/random/randomBytes.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type * as current from "../../components/secret-bytes.ts";
import type { Plan } from "../../plan/plan.ts";
import { judge } from "../../promises/all.ts";
import type { Operation } from "../../rehearsal/engine/operation.ts";
import { describeWithEngine } from "../../rehearsal/engine/testing.ts";
import { exitCodes } from "../exit-codes.ts";
import { reportOn } from "../report/report-on.ts";
import type { StackAccess } from "../stack/stack-access.ts";
import { BothUp } from "../testing/both-up.ts";
import { keepSecrets, keptText } from "./keep-secrets.ts";

/** Whether secrets are made as they were until November 2026, with the value as the id. */
const old = vi.hoisted(() => ({ way: true }));

vi.mock("../../components/secret-bytes.ts", async (original) => {
  const real = await original<typeof current>();
  const secretBytes: typeof current.secretBytes = (name, count, args, options) =>
    old.way
      ? new RandomBytes(name, { length: count, ...args }, options).hex
      : real.secretBytes(name, count, args, options);
  return { ...real, secretBytes };
});

const hub = "kscloud1";
const bound = [
  "forgejo.secretKey",
  "grafana.secretKey",
  "openproject.adminPassword",
  "openproject.secretKeyBase",
];

const refusal = `4 generated secrets cannot be made anew, and would be; nothing that uses them was changed.
  forgejo.secretKey: it encrypts stored tokens, which nobody could read any more
  openproject.secretKeyBase: it encrypts stored columns, which nobody could read any more
  openproject.adminPassword: the running service remembers the old one (the local administrator), and no step can tell it the new one
  grafana.secretKey: it encrypts stored credentials, which nobody could read any more
Keep what is in force: npm run keep-secrets -- --stack kscloud1 --secret forgejo.secretKey --secret openproject.secretKeyBase --secret openproject.adminPassword --secret grafana.secretKey
It goes into kitestacks:inUse in Pulumi.kscloud1.yaml, encrypted; a value of your own there is taken as it is.`;

describeWithEngine("an install whose secrets were made of random bytes", (engine) => {
  let system: BothUp;
  let stack: StackAccess;
  let plan: Plan;
  beforeAll(async () => {
    old.way = true;
    system = await BothUp.open(engine, { bringUp: false });
    await system.rehearsal.up(hub);
    old.way = false;
    stack = await system.stack(hub);
    plan = system.propose({}, hub);
  }, 120_000);
  afterAll(() => system?.close());

  const world = () => system.rehearsal.world;
  const keyOf = (container: string, variable: string) => world().container(hub, container).env[variable];
  const keys = () => [
    keyOf("forgejo", "FORGEJO__security__SECRET_KEY"),
    keyOf("grafana", "GF_SECURITY_SECRET_KEY"),
    keyOf("openproject", "SECRET_KEY_BASE"),
  ];
  /** Ids of the random resources in the state. */
  const ids = async () =>
    (await stack.resources()).flatMap(({ type, id }) => (type.startsWith("random:") ? [id] : []));

  test("has them as ids in its state, which breaks P5", async () => {
    expect(new Set(await ids()).size).toBeGreaterThan(15);
    const p5 = judge(await system.rehearsal.observe()).find(({ id }) => id === "P5");
    expect(p5?.evidence).toContain(
      "the state of stack kscloud1 holds the secret forgejo.secretKey in plain text",
    );
  });

  test("gets no other key for its data: the preview is refused, and an up that goes past it changes none", async () => {
    const before = keys();
    const run = await stack.preview();
    expect(run.failures).toEqual([refusal]);
    await expect(system.rehearsal.up(hub)).rejects.toThrow(refusal);
    await expect(system.rehearsal.up(hub)).rejects.toThrow(refusal);
    expect(keys()).toEqual(before);
    expect(keys()).not.toContain(undefined);
  });

  test("keeps by one command what cannot be made anew, and gets the rest anew", async () => {
    const before = keys();
    const oidc = keyOf("grafana", "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET");
    const leaked = (await ids()).filter((id) => id !== "none");

    await keepSecrets(stack, plan, bound);

    plan = system.propose({}, hub);
    const { report, markdown, exitCode } = await reportOn(stack, plan);
    expect([report.failures, report.risks, exitCode]).toEqual([[], [], exitCodes.fine]);
    for (const id of leaked) expect(markdown).not.toContain(id);
    expect(markdown).toContain("[id=[hidden]]");

    const operation: Operation = await system.rehearsal.up(hub);
    expect(
      operation.changes.filter(({ op, type }) => op === "delete" && type.includes("RandomBytes")),
    ).toHaveLength(leaked.length);
    expect(keys()).toEqual(before);
    expect(keyOf("grafana", "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET")).not.toBe(oidc);
    expect(new Set(await ids())).toEqual(new Set(["none"]));
    const state = JSON.stringify(await stack.resources());
    for (const id of leaked) expect(state).not.toContain(id);
  });

  test("then settles: a second up changes nothing", async () => {
    expect((await system.rehearsal.up(hub)).changes).toEqual([]);
  });

  test("is told when a key that a person gave is another one, and gets it", async () => {
    await stack.setSecret('kitestacks:inUse["grafana.secretKey"]', "another-key-of-grafana");
    const run = await stack.preview();
    expect(run.failures).toEqual([]);
    expect(
      run.diagnostics.filter(({ severity }) => severity === "warning").map(({ message }) => message),
    ).toEqual([
      "kitestacks:inUse has other values than the last up had:\n  grafana.secretKey: it encrypts stored credentials, which nobody could read any more",
    ]);
  });

  test.each<[string, string[], string]>([
    [hub, [], "--secret is missing"],
    [hub, ["forgejo.secretKey", "forgejo.key"], "--secret forgejo.key: there is no such generated secret"],
    ["monk", bound, "the secrets are the hub's: --stack kscloud1, not monk"],
  ])("keeps nothing of %s for %j", async (name, names, wrong) => {
    const { setSecret, ...rest } = stack;
    const set = vi.fn(setSecret);
    const refused = keepSecrets({ ...rest, name, setSecret: set }, plan, names);
    await expect(refused).rejects.toThrow(
      `${wrong}\nUsage: npm run keep-secrets -- --stack S --secret NAME...`,
    );
    expect(set).not.toHaveBeenCalled();
  });
});

test("the names that are kept are said, and no value", () => {
  expect(
    keptText(["forgejo.secretKey"], hub),
  ).toBe(`Written into kitestacks:inUse in Pulumi.kscloud1.yaml, encrypted:
- forgejo.secretKey
They stay as they are from now on. What changes next: npm run report -- --stack kscloud1`);
});
