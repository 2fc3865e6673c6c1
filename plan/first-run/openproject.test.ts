import { afterEach, describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../make-plan.ts";
import { exampleSettings } from "../testing.ts";
import { fakePrograms, type Programs } from "./testing/programs.ts";
import { runScript, stepNamed } from "./testing/run.ts";

/** The columns that OpenProject's own tables have (its db/migrate/tables); psql fails on any other. */
const columns = {
  ldap_auth_sources: ["id", "name", "host", "port", "account", "base_dn", "attr_login"],
  auth_providers: ["id", "type", "display_name", "slug", "available", "options", "creator_id"],
};
const psql = `
const sql = option("-c");
const [, table, column, value] = /^SELECT count\\(\\*\\) FROM (\\w+) WHERE (\\w+) = '([^']*)'$/.exec(sql) ?? [];
if (state.away) end(2, "connection refused");
if (!(state.columns[table] ?? []).includes(column)) end(1, "ERROR: column or relation does not exist");
say(String(state.rows.filter((row) => row.table === table && row[column] === value).length));`;
/** Both seeders look their row up by this name, or make it. */
const bundle = `
if (state.failures > 0) { state.failures -= 1; end(1, "rake aborted!"); }
state.seeded += 1;
if (state.works) state.rows.push(state.made);`;

const made = {
  ldap: { table: "ldap_auth_sources", name: "authentik" },
  oidc: { table: "auth_providers", slug: "authentik", display_name: "Authentik" },
};

function stepFor(openprojectLogin: "ldap" | "oidc") {
  const services = { ...exampleSettings().services, openprojectLogin };
  const { hub } = makePlan(exampleSettings({ services }), catalogue);
  const step = hub.steps.find(({ name }) => name === "openproject.sign-on");
  if (step === undefined) throw new Error("the plan has no step openproject.sign-on");
  return step;
}

let programs: Programs | undefined;
afterEach(() => {
  programs?.remove();
  programs = undefined;
});

function image(login: "ldap" | "oidc", change: object = {}): Programs {
  const state = { columns, rows: [], seeded: 0, failures: 0, works: true, away: false, made: made[login] };
  programs = fakePrograms({ psql, bundle }, { ...state, ...change });
  return programs;
}

describe.each(["ldap", "oidc"] as const)("OpenProject's sign-on by %s", (login) => {
  const step = stepFor(login);

  test("is left alone where the start of the container has taken it over", async () => {
    const { path, calls } = image(login, { rows: [made[login]] });
    expect(await runScript(step, {}, path)).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(calls().map(([program]) => program)).toEqual(["psql"]);
  });

  test("is seeded where it is missing, and then left alone", async () => {
    const { path, state } = image(login, { failures: 1 });
    expect((await runScript(step, {}, path)).out).toBe("changed\n");
    expect((await runScript(step, {}, path)).out).toBe("unchanged\n");
    expect(state<{ seeded: number }>().seeded).toBe(1);
  });

  test("is seeded to be sure where the database cannot be asked", async () => {
    const { path, state } = image(login, { away: true });
    expect((await runScript(step, {}, path)).code).toBe(0);
    expect(state<{ seeded: number }>().seeded).toBe(1);
  });

  test("fails with the reason where seeds fail or make nothing", async () => {
    expect((await runScript(step, {}, image(login, { failures: 1 }).path, 0)).err).toContain(
      "OpenProject's seeds failed: see the lines above",
    );
    programs?.remove();
    const { code, err } = await runScript(step, {}, image(login, { works: false }).path);
    expect([code, err]).toEqual([
      1,
      "OpenProject's seeds ran and made no sign-on authentik: see the lines above\n",
    ]);
  });
});

test("runs as the user of OpenProject's web server, who has to change what the seeds make", () => {
  expect(stepNamed("openproject.sign-on").command).toContain(
    "docker exec -i -u app openproject timeout -k 5 890 sh -s",
  );
});
