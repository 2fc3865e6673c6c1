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
  const ak = `
if (state.failures > 0) { state.failures -= 1; end(1, "Blueprint invalid"); }
state.applied.push(words[1]);`;

  test("are applied in the order of the worker's files, and may be applied again", async () => {
    const { path, state } = image({ ak }, { applied: [], failures: 1 });
    expect(await runScript(step, {}, path)).toMatchObject({ code: 0, out: "unchanged\n" });
    const { applied } = state<{ applied: string[] }>();
    expect(applied.length).toBeGreaterThan(0);
    expect(applied).toEqual([...applied].sort());
    for (const blueprint of applied) expect(blueprint).toMatch(/^custom\/.+\.yaml$/);
    expect((await runScript(step, {}, path)).code).toBe(0);
  });

  test("fail by name when Authentik refuses one for good", async () => {
    const { path } = image({ ak }, { applied: [], failures: 99 });
    const { code, err } = await runScript(step, {}, path);
    expect(code).toBe(1);
    expect(err).toMatch(/Authentik refuses the blueprint custom\/.+\.yaml: docker logs authentik-worker/);
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

  test("fails with a remedy while the server is away or refuses", async () => {
    const { path, set } = image({ psql }, { roles: {}, away: 99 });
    expect((await runScript(step, {}, path)).err).toBe(
      "The database authentik does not answer authentik: docker logs postgres\n",
    );
    set({ roles: {}, away: 0, refuses: true });
    const { code, err } = await runScript(step, {}, path);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("ALTER ROLE authentik was refused: docker logs postgres"),
    ]);
  });
});
