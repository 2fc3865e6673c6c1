import { afterEach, describe, expect, test } from "vitest";
import { fakePrograms, type Programs } from "./testing/programs.ts";
import { runScript, stepNamed, testSecret } from "./testing/run.ts";

let programs: Programs | undefined;
afterEach(() => programs?.remove());

function image(named: Readonly<Record<string, string>>, state: unknown): Programs {
  programs = fakePrograms(named, state);
  return programs;
}

describe("Authentik's blueprints", () => {
  const step = stepNamed("authentik-worker.apply-blueprints");
  /** Like the real one: file after file, to the first that it refuses, without its name. */
  const ak = `
for (const file of words.slice(1)) {
  const refused = state.refuses[file] ?? 0;
  if (refused > 0) { state.refuses[file] = refused - 1; end(1, "Blueprint invalid"); }
  state.applied.push(file);
}`;
  const grafana = "custom/40-grafana.yaml";
  const applied = (state: Programs["state"]) => state<{ applied: string[] }>().applied;

  test("are applied by one call, in the order of the worker's files, and may be applied again", async () => {
    const { path, state, calls } = image({ ak }, { applied: [], refuses: {} });
    expect(await runScript(step, {}, path)).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(calls()).toEqual([["ak", "apply_blueprint", ...applied(state)]]);
    expect(applied(state)).toContain(grafana);
    expect(applied(state)).toEqual([...applied(state)].sort());
    for (const blueprint of applied(state)) expect(blueprint).toMatch(/^custom\/.+\.yaml$/);
    expect((await runScript(step, {}, path)).code).toBe(0);
  });

  test("are applied again, all of them, while the worker has its hands on the same objects", async () => {
    const { path, state, calls } = image({ ak }, { applied: [], refuses: { [grafana]: 2 } });
    expect(await runScript(step, {}, path)).toMatchObject({ code: 0, out: "unchanged\n" });
    expect(calls()).toHaveLength(3);
    expect(applied(state)).toContain(grafana);
    expect(applied(state).at(-1)).toBe("custom/61-ldap-token.yaml");
  });

  test("fail by name when Authentik refuses one for good, and what comes after it is not tried", async () => {
    const { path, state } = image({ ak }, { applied: [], refuses: { [grafana]: 99 } });
    const { code, err } = await runScript(step, {}, path, 0);
    expect(code).toBe(1);
    expect(err).toContain(
      "Authentik refuses the blueprint custom/40-grafana.yaml: docker logs authentik-worker",
    );
    expect(applied(state)).not.toContain("custom/50-tiles.yaml");
  });
});

describe("the database's password", () => {
  const step = stepNamed("postgres.set-password");
  const psql = `
if (state.away > 0) { state.away -= 1; end(2, "connection refused"); }
if (/ALTER/.test(input) && state.refuses) end(3, "ERROR: permission denied");
const found = /ALTER ROLE "(\\w+)" PASSWORD '([^']+)'/.exec(input);
if (found) state.roles[found[1]] = found[2];`;

  test("is told to the running server by standard input, once it answers by TCP", async () => {
    const { path, state, calls } = image({ psql }, { roles: { authentik: "old" }, away: 2 });
    expect(await runScript(step, {}, path)).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(state<{ roles: object }>().roles).toEqual({ authentik: testSecret("postgres.password") });
    expect(calls().flat()).not.toContain(testSecret("postgres.password"));
    expect(calls()[0]).toEqual(expect.arrayContaining(["-h", "127.0.0.1", "-w"]));
  });

  test("fails with the reason and a remedy while the server is away or refuses", async () => {
    const { path, set } = image({ psql }, { roles: {}, away: 1 });
    expect((await runScript(step, {}, path, 0)).err).toBe(
      "The database authentik does not answer authentik (connection refused): docker logs postgres\n",
    );
    set({ roles: {}, away: 0, refuses: true });
    const { code, err } = await runScript(step, {}, path);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("ALTER ROLE authentik was refused: docker logs postgres"),
    ]);
  });
});
