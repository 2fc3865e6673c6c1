import * as docker from "@pulumi/docker";
import { expect, onTestFinished, test } from "vitest";
import { openEngine } from "../engine/engine.ts";
import type { Change, Operation } from "../engine/operation.ts";
import { describeWithEngine, temporaryProject } from "../engine/testing.ts";
import { serveProviders } from "../provider/server.ts";
import { HOME, testWorld } from "./testing.ts";
import type { World } from "./world.ts";

/** What the tests change between two runs. */
interface Wishes {
  container: Partial<docker.ContainerArgs>;
  volume: docker.VolumeArgs;
  retainOnDelete: boolean;
}

function program(wishes: Wishes) {
  return async () => {
    const provider = new docker.Provider("home", { host: HOME });
    const volume = new docker.Volume("data", wishes.volume, {
      provider,
      retainOnDelete: wishes.retainOnDelete,
    });
    new docker.Container(
      "exporter",
      {
        name: "exporter",
        image: "prom/node-exporter:v1.12.1",
        networkMode: "bridge",
        memory: 64,
        memorySwap: 128,
        volumes: [{ volumeName: volume.name, containerPath: "/data" }],
        uploads: [{ file: "/etc/exporter", content: "one" }],
        healthcheck: {
          tests: ["CMD", "wget", "-q", "http://127.0.0.1:9100/"],
          interval: "30s",
          timeout: "3s",
          startPeriod: "10s",
          retries: 3,
        },
        wait: true,
        destroyGraceSeconds: 30,
        ...wishes.container,
      },
      { provider, replaceOnChanges: ["healthcheck", "tmpfs", "init"] },
    );
  };
}

const done = ({ changes }: Operation): string[] =>
  changes
    .filter((change: Change) => !change.op.includes("replacement"))
    .map(({ op, name }) => `${op} ${name}`);

/** Proved on the real provider: what it does with a change. Here the rows that need an engine to be true. */
describeWithEngine("the real engine over the world's Docker", (engine) => {
  async function system() {
    const world: World = testWorld();
    const wishes: Wishes = { container: {}, volume: { name: "data" }, retainOnDelete: true };
    const server = await serveProviders(world.providers());
    onTestFinished(server.close);
    const session = await openEngine({
      engine,
      stackFilesDir: temporaryProject({ "Pulumi.home.yaml": "config: {}\n" }),
      program: program(wishes),
      debugProviders: server.debugProviders,
    });
    onTestFinished(session.close);
    return { world, wishes, stack: await session.stack("home") };
  }

  test("updates limits and restart policy in place and replaces for files and health check, keeping the volume", async () => {
    const { world, wishes, stack } = await system();
    await stack.up();
    const { id } = world.container("home", "exporter");
    wishes.container = { memory: 80, memorySwap: 160, restart: "always" };
    expect(done(await stack.up())).toEqual(["update exporter"]);
    expect(world.container("home", "exporter")).toMatchObject({ id, memory: 80, restart: "always" });
    wishes.container = { uploads: [{ file: "/etc/exporter", content: "two" }] };
    expect(done(await stack.up())).toContain("replace exporter");
    wishes.container = { ...wishes.container, init: true };
    expect(done(await stack.up())).toContain("replace exporter");
    expect(world.container("home", "exporter").init).toBe(true);
    expect(world.state.volumesLost).toEqual([]);
  });

  test("finds a container that was stopped or removed by hand only with a refresh, and repairs it", async () => {
    const { world, stack } = await system();
    await stack.up();
    world.faults.stopContainer("home", "exporter");
    expect(done(await stack.up())).toEqual([]);
    expect(done(await stack.up({ refresh: true }))).toEqual(["update exporter"]);
    expect(world.container("home", "exporter").running).toBe(true);
    world.faults.removeContainer("home", "exporter");
    expect(done(await stack.up())).toEqual([]);
    expect(done(await stack.up({ refresh: true }))).toContain("create exporter");
  });

  test("stumbles over a container that was run again by hand under the same name", async () => {
    const { world, stack } = await system();
    await stack.up();
    world.faults.recreateContainer("home", "exporter");
    await expect(stack.up({ refresh: true })).rejects.toThrow(
      'The container name "/exporter" is already in use',
    );
    world.faults.removeContainer("home", "exporter");
    expect(done(await stack.up({ refresh: true }))).toContain("create exporter");
  });

  test("never accepts a sick container: every up makes it again and waits again", async () => {
    const { world, wishes, stack } = await system();
    wishes.container = { healthcheck: { tests: ["CMD", "curl", "http://127.0.0.1:9100/"] } };
    await expect(stack.up()).rejects.toThrow("container failed to be in healthy state");
    const { id } = world.container("home", "exporter");
    await expect(stack.up()).rejects.toThrow("container failed to be in healthy state");
    expect(world.container("home", "exporter").id).not.toBe(id);
    wishes.container = {};
    expect(done(await stack.up())).toContain("replace exporter");
    expect((await stack.preview({ refresh: true, runProgram: true, expectNoChanges: true })).changes).toEqual(
      [],
    );
  });

  test("shows changed labels of a retained volume as a replacement, but its data stays, also at destroy", async () => {
    const { world, wishes, stack } = await system();
    await stack.up();
    wishes.volume = { name: "data", labels: [{ label: "a", value: "b" }] };
    expect(done(await stack.up())).toContain("replace data");
    await stack.destroy();
    expect(Object.keys(world.machine("home").volumes)).toEqual(["data"]);
    expect(world.machine("home").containers).toEqual({});
  });

  test("goes on after an up that failed half way", async () => {
    const { world, stack } = await system();
    world.faults.fail({ operation: "create", type: /container/, message: "no luck" });
    await expect(stack.up()).rejects.toThrow("no luck");
    expect(done(await stack.up())).toEqual(["create exporter"]);
  });

  test("says which Docker does not answer", async () => {
    const { world, stack } = await system();
    await stack.up();
    world.faults.goAway("home");
    await expect(stack.refresh()).rejects.toThrow(
      "ssh: connect to host 100.64.0.2 port 22: Connection timed out",
    );
    world.faults.comeBack("home");
    expect((await stack.refresh()).changes).toEqual([]);
  });
});
