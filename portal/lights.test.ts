import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { input } from "./testing/examples.ts";
import { startNameServer } from "./testing/name-server.ts";
import { type RunningNginx, startNginx } from "./testing/nginx.ts";
import { closedPort, type Stub, startStub } from "./testing/stub.ts";
import { nginxRemedy, withoutNginx } from "./testing/tools.ts";

/** Longer than any pause that nginx makes; only a broken test waits this long. */
const PATIENCE_MS = 30_000;

describe.skipIf(withoutNginx)(`the lights${nginxRemedy}`, () => {
  const answering = ["fine", "broken", "moved", "hanging", "crowded", "kept", "lost"];
  const known = new Set([...answering, "closed"].map((name) => `${name}.test`));
  let nginx: RunningNginx;
  let service: Stub;
  let names: Awaited<ReturnType<typeof startNameServer>>;

  beforeAll(async () => {
    service = await startStub((request, response) => {
      const host = request.headers.host?.split(":")[0];
      if (host === "hanging.test" || host === "lost.test") return;
      if (host === "moved.test") response.setHeader("location", "/dashboard");
      response.statusCode = { "broken.test": 500, "moved.test": 302 }[host ?? ""] ?? 200;
      setTimeout(() => response.end('{"version":"13.1.0"}'), 30);
    });
    names = await startNameServer(known, { "lost.test": 1000 });
    const at = (name: string, port = service.port) => ({
      name,
      title: name,
      purpose: "an example",
      url: `https://${name}.example.com`,
      healthUrl: `http://${name}.test:${port}/health?of=${name}`,
    });
    const services = [...answering, "absent", "late"].map((name) => at(name));
    nginx = await startNginx({
      input: input({
        services: [...services, at("closed", closedPort)],
        gateway: "127.0.0.1",
        subnet: "127.0.0.1/32",
      }),
      apiPort: closedPort,
      namesPort: names.port,
    });
  });
  afterAll(async () => {
    await nginx?.close();
    await service?.close();
    await names?.close();
  });

  const light = async (name: string) =>
    (await (await fetch(`${nginx.url}/up/${name}`)).json()) as { up: boolean; at: number };

  const questions = (name: string) =>
    service.requests.filter(({ headers }) => headers.host?.startsWith(`${name}.`)).length;

  test("a service that answers is up, with status and time, and nothing of what it said", async () => {
    const begun = Date.now() / 1000;
    const answer = await fetch(`${nginx.url}/up/fine`, {
      headers: { cookie: "session=1", authorization: "Bearer x" },
    });
    const { seconds, at, ...rest } = (await answer.json()) as { seconds: number; at: number };
    expect(answer.status).toBe(200);
    expect(rest).toEqual({ up: true, status: 200 });
    expect(seconds).toBeGreaterThanOrEqual(0.02);
    expect(Math.abs(at - begun)).toBeLessThan(60);
    const asked = service.requests.find(({ headers }) => headers.host?.startsWith("fine"));
    expect(asked?.url).toBe("/health?of=fine");
    expect(asked?.headers.cookie).toBeUndefined();
    expect(asked?.headers.authorization).toBeUndefined();
  });

  test("a redirect is an answer; a server error is none", async () => {
    expect(await light("moved")).toMatchObject({ up: true, status: 302 });
    expect(await light("broken")).toMatchObject({ up: false, status: 500 });
  });

  test("a closed port and a name that Docker does not know are down", async () => {
    expect(await light("closed")).toMatchObject({ up: false });
    expect(await light("absent")).toMatchObject({ up: false });
  });

  test("a service that hangs is down after 2 s", async () => {
    expect(await light("hanging")).toMatchObject({ up: false });
    // By nginx's own clock: how long this test's process took to notice says nothing.
    const seconds = () => Number(nginx.accessLog().findLast(({ uri }) => uri === "/up/hanging")?.["seconds"]);
    await expect.poll(seconds).toBeGreaterThan(1.5);
    expect(seconds()).toBeLessThan(2.5);
  });

  test("many visitors at once are one question", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => light("crowded")));
    expect(questions("crowded")).toBe(1);
    expect(new Set(answers.map(({ at }) => at)).size).toBe(1);
    expect(answers[0]).toMatchObject({ up: true });
  });

  test(
    "an answer is kept for 5 s, then it is asked again",
    async () => {
      const { at } = await light("kept");
      expect(await light("kept")).toMatchObject({ at });
      await expect
        .poll(async () => (await light("kept")).at - at, { timeout: PATIENCE_MS })
        .toBeGreaterThan(4);
      expect(questions("kept")).toBe(2);
    },
    PATIENCE_MS + 5000,
  );

  test("a name found late and a service that hangs are 2 s in all, asked once for everybody, and kept", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => light("lost")));
    expect(new Set(answers.map(({ up }) => up))).toEqual(new Set([false]));
    expect(await light("lost")).toMatchObject({ up: false, status: null });
    expect(questions("lost")).toBe(1);
    const seconds = () => Number(nginx.accessLog().findLast(({ uri }) => uri === "/up/lost")?.["seconds"]);
    await expect.poll(seconds).toBeLessThan(1);
  });

  test("all lights come in one answer", async () => {
    const answer = await fetch(`${nginx.url}/up/`);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    const { lights } = (await answer.json()) as { lights: Record<string, { up: boolean }> };
    const up = Object.fromEntries(Object.entries(lights).map(([name, { up }]) => [name, up]));
    expect(up).toEqual({
      fine: true,
      broken: false,
      moved: true,
      hanging: false,
      crowded: true,
      kept: true,
      lost: false,
      absent: false,
      late: false,
      closed: false,
    });
  });

  test(
    "a service that starts later gets its light without a reload",
    async () => {
      expect(await light("late")).toMatchObject({ up: false });
      known.add("late.test");
      await expect
        .poll(() => light("late"), { timeout: PATIENCE_MS, interval: 250 })
        .toMatchObject({ up: true });
    },
    PATIENCE_MS + 5000,
  );

  test("there is no light for anything else", async () => {
    for (const name of ["nobody", "fine/", "fine%00", "..%2fask", "ask"]) {
      expect((await fetch(`${nginx.url}/up/${name}`)).status, name).toBeGreaterThanOrEqual(400);
    }
    expect((await fetch(`${nginx.url}/ask`)).status).toBe(404);
  });
});
