import { describe, expect, test } from "vitest";
import { Asset } from "../provider/provider.ts";
import { CONTAINER, exporter, Hand, HOME, NETWORK, testWorld } from "./testing.ts";

const REMOTE = "command:remote:Command";
const LOCAL = "command:local:Command";
const COPY = "command:remote:CopyToRemote";
const connection = { host: "100.64.0.2", user: "root" };

/** The rules stand in the README, Random values and commands. */
describe("a remote command", () => {
  test("is recorded, its input apart from its text, and not run in a preview", async () => {
    const it = new Hand(testWorld());
    const inputs = { connection, create: "psql", stdin: "hush", environment: { A: "1" } };
    await it.preview(REMOTE, "c", inputs);
    expect(it.world.state.commands).toEqual({});
    const kept = await it.create(REMOTE, "c", inputs);
    const [run] = Object.values(it.world.state.commands)[0] ?? [];
    expect(run).toMatchObject({
      operation: "create",
      host: "100.64.0.2",
      command: "psql",
      stdin: "hush",
      environment: { A: "1" },
      exitCode: 0,
    });
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
  });

  test("is replaced when triggers change and runs again for any other change", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(REMOTE, "c", { connection, create: "one", triggers: ["1"] });
    expect(await it.diff(kept, { connection, create: "one", triggers: ["2"] })).toMatchObject({
      replaces: ["triggers[0]"],
    });
    const change = { connection: { ...connection, user: "me" }, create: "one", triggers: ["1"] };
    expect(await it.diff(kept, change)).toMatchObject({ diffs: ["connection.user"], replaces: [] });
    expect(await it.diff(kept, change, ["connection"])).toMatchObject({ changes: "none" });
    await it.update(kept, { ...change, update: "two" });
    await it.update(kept, change);
    const runs = Object.values(it.world.state.commands)[0] ?? [];
    expect(runs.map(({ operation, command }) => `${operation} ${command}`)).toEqual([
      "create one",
      "update two",
      "update one",
    ]);
  });

  test("runs its delete command when it goes", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(REMOTE, "c", { connection, create: "one", delete: "undo" });
    await it.delete(kept);
    expect(Object.values(it.world.state.commands)[0]?.at(-1)).toMatchObject({
      operation: "delete",
      command: "undo",
    });
  });

  test("needs a host that answers to SSH", async () => {
    const it = new Hand(testWorld());
    await expect(it.create(REMOTE, "c", { connection: { host: "100.64.0.9" }, create: "x" })).rejects.toThrow(
      "error dialing: after 10 failed attempts: dial tcp 100.64.0.9:22: i/o timeout",
    );
    it.world.faults.goAway("home");
    await expect(it.create(REMOTE, "c", { connection, create: "x" })).rejects.toThrow("i/o timeout");
  });

  test("that fails prints its whole text and what it wrote", async () => {
    const world = testWorld({
      commandEffects: [({ text }) => (text === "false" ? { exitCode: 1, stderr: "no luck\n" } : undefined)],
    });
    const it = new Hand(world);
    await expect(it.create(REMOTE, "c", { connection, create: "false" })).rejects.toThrow(
      'Process exited with status 1: running "false":\nno luck\n',
    );
    await expect(it.create(LOCAL, "c", { create: "false" })).rejects.toThrow(
      'exit status 1: running "false":',
    );
  });
});

/** `docker exec` needs a running container and a program of its image; `docker run` a network, an image and a program. */
describe("a command in a container", () => {
  async function run(create: string) {
    const it = new Hand(testWorld());
    await it.create(NETWORK, "net", { name: "net" });
    await it.create(CONTAINER, "exporter", exporter());
    await it.create(CONTAINER, "stopped", exporter({ name: "stopped" }));
    await it.create(CONTAINER, "database", {
      name: "database",
      image: "postgres:17-alpine",
      envs: ["POSTGRES_PASSWORD=x"],
    });
    it.world.faults.stopContainer("home", "stopped");
    return it.create(REMOTE, "c", { connection, create });
  }

  test.each([
    ["docker exec -i -u nobody -e A=1 exporter sh -s"],
    ["timeout 300 docker exec exporter wget -q http://127.0.0.1:9100/ && echo done"],
    ["docker exec -i database timeout -k 5 60 sh -s"],
    ["for c in $NAMES; do docker exec $c sh; done"],
    ["docker run --rm -i --network net --memory 64m --entrypoint sh redis:7.2-alpine -c true"],
  ])("runs: %s", async (create) => {
    await expect(run(create)).resolves.toMatchObject({ name: "c" });
  });

  test.each([
    ["docker run --rm --network nowhere redis:7.2-alpine sh", "network nowhere not found"],
    ["docker run --rm nobody/nothing:1 sh", "pull access denied for nobody/nothing"],
    ["docker run --rm --entrypoint=curl redis:7.2-alpine", 'exec: "curl": executable file not found'],
    ["docker exec nobody sh -c true", "No such container: nobody"],
    ["said=$(docker exec -i stopped sh)", "is not running (stopped)"],
    ["docker exec exporter timeout 60 wget", 'exec: "timeout": executable file not found'],
    ["docker exec -i database timeout -k 5 60 bash -s", 'exec: "bash": executable file not found'],
    [
      "docker exec exporter bash -c true",
      'exec: "bash": executable file not found in $PATH (exporter has wget, sh)',
    ],
  ])("fails: %s", async (create, message) => {
    await expect(run(create)).rejects.toThrow(message);
  });
});

/** As Docker's command line 28.2 chose: the variable of the command first, then those of the shell. */
describe("a local command", () => {
  const socket = "unix:///var/run/docker.sock";
  async function run(inputs: object, environment: Record<string, string> = {}) {
    const machines = [
      { name: "home", tailnetAddress: "100.64.0.2", docker: HOME },
      { name: "desk", tailnetAddress: "100.64.0.3", docker: socket },
    ];
    const it = new Hand(testWorld({ machines, environment }));
    const desk = it.at(socket);
    await desk.create(NETWORK, "net", { name: "net" });
    await desk.create(CONTAINER, "exporter", exporter());
    return it.create(LOCAL, "c", { create: "docker exec -i exporter sh -s", ...inputs });
  }

  test.each([
    ["with DOCKER_HOST", { environment: { DOCKER_HOST: socket } }, { DOCKER_HOST: HOME }],
    ["in a shell that sets nothing", {}, {}],
  ])("runs in a container of its own machine %s", async (_where, inputs, shell) => {
    await expect(run(inputs, shell)).resolves.toMatchObject({ name: "c" });
  });

  test("goes where the shell points to, unless it says another", async () => {
    await expect(run({}, { DOCKER_HOST: "unix:///run/other.sock" })).rejects.toThrow(
      "Cannot connect to the Docker daemon at unix:///run/other.sock. Is the docker daemon running?",
    );
    await expect(run({}, { DOCKER_HOST: HOME })).rejects.toThrow("No such container: exporter");
  });
});

test("a copied file is on its machine, and stays there when the resource goes", async () => {
  const it = new Hand(testWorld());
  const source = new Asset("asset", "abc", { text: "content" });
  const kept = await it.create(COPY, "c", { connection, source, remotePath: "/etc/x" });
  expect(await it.diff(kept, kept.inputs)).toMatchObject({ changes: "none" });
  await it.delete(kept);
  expect(it.world.machine("home").files).toEqual({ "/etc/x": "content" });
  it.world.faults.fillDisk("home");
  await expect(it.create(COPY, "c", { connection, source, remotePath: "/etc/x" })).rejects.toThrow(
    "no space left on device",
  );
});
