import { expect, test } from "vitest";
import type { Verdict } from "../../promises/observed.ts";
import { signOn } from "../../promises/p6-sign-on.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { observeWorld } from "../observe-world.ts";
import type { Container } from "../world/state.ts";
import type { World } from "../world/world.ts";
import { bothUp, cast, hub, member } from "./stage.ts";

/** P6 of a world alone: it looks at containers, the tunnel and the commands that ran. */
function verdictIn(world: World): Verdict {
  const { plan, catalogue } = cast;
  return signOn(observeWorld({ world, plan, catalogue, stacks: [], secrets: {}, history: [] }));
}

function container({ state }: World, name: string): Container {
  const found = state.machines[member]?.containers[name];
  if (found === undefined) throw new Error(`there is no ${name} on ${member}`);
  return found;
}

function replaceInFiles(world: World, name: string, from: string, to: string): void {
  const holding = container(world, name).files.filter(({ content }) => content.includes(from));
  if (holding.length === 0) throw new Error(`no file of ${name} holds ${from}`);
  for (const file of holding) file.content = file.content.replace(from, to);
}

/** What Forgejo's sign-on step of the member was given. */
function forgejoRuns({ state }: World) {
  const urn = Object.keys(state.commands).find(
    (key) => key.startsWith(`urn:pulumi:${member}::`) && key.endsWith("::forgejo.add-oauth-source"),
  );
  const runs = state.commands[urn ?? ""] ?? [];
  if (runs.length === 0) throw new Error(`no sign-on step of Forgejo ran on ${member}`);
  return runs;
}

const harms: readonly (readonly [string, (world: World) => void, string])[] = [
  [
    "another secret in an application",
    (world) => {
      container(world, "grafana").env["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"] = "typed by hand";
    },
    `grafana: the OIDC client set on ${member} has another secret than the one set on ${hub}`,
  ],
  [
    "another secret for a login under way",
    (world) => {
      container(world, "karakeep").env["NEXTAUTH_SECRET"] = "typed by hand";
    },
    `karakeep on ${member} seals a login under way with another secret than on ${hub}`,
  ],
  [
    "another secret for Authentik's blueprints",
    (world) => {
      container(world, "authentik-worker").env["KS_OIDC_KAVITA_SECRET"] = "typed by hand";
    },
    `kavita: the OIDC client registered on ${member} has another secret than the one set on ${hub}`,
  ],
  [
    "a redirect URI that is missing in a blueprint",
    (world) => replaceInFiles(world, "authentik-worker", "/oauth/oidc/callback", "/elsewhere"),
    `kite-openwebui: the OIDC client registered on ${member} has the redirect URIs `,
  ],
  [
    "another client id in a file",
    (world) => replaceInFiles(world, "kavita", '"ClientId": "kavita"', '"ClientId": "books"'),
    `kavita: the OIDC client set on ${member} has the id books, expected kavita as set on ${hub}`,
  ],
  [
    "another client id given to Forgejo",
    (world) => {
      for (const run of forgejoRuns(world)) run.stdin = run.stdin.replace("client='forgejo'", "client='git'");
    },
    `forgejo: the OIDC client set on ${member} has the id git, expected forgejo as set on ${hub}`,
  ],
  [
    "a sign-on step of Forgejo that failed",
    (world) => {
      for (const run of forgejoRuns(world)) run.exitCode = 1;
    },
    `forgejo has no OIDC client set on ${member}`,
  ],
  [
    "a worker without a blueprint",
    (world) => {
      const worker = container(world, "authentik-worker");
      worker.files = worker.files.filter(({ path }) => !path.endsWith("karakeep.yaml"));
    },
    `karakeep has no OIDC client registered by ${member}'s Authentik`,
  ],
];

describeWithEngine("sign-on, both stacks up", (engine) => {
  test("is proved for every public service, from what lies in the containers and what the steps were given", async () => {
    const { world } = await bothUp(engine);
    expect(verdictIn(world)).toMatchObject({
      verdict: "proved",
      evidence: [
        expect.stringContaining("5 services × 2 hosts: "),
        "services: forgejo, grafana, karakeep, kavita, kite-openwebui",
        "the browser carries a login under way, sealed with one secret on all hosts: grafana, karakeep, kite-openwebui",
        expect.stringMatching(
          /has to be started again: forgejo \(in a session, .*\), kavita \(sealed with keys /,
        ),
      ],
    });
  });

  test.each(harms)("is broken by %s on one host", async (_, harm, evidence) => {
    const { world } = await bothUp(engine);
    harm(world);
    const { verdict, evidence: found } = verdictIn(world);
    expect(verdict).toBe("broken");
    expect(found.join("\n")).toContain(evidence);
    expect(found.join("\n")).not.toContain("typed by hand");
  });
});
