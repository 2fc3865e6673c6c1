import { expect, test } from "vitest";
import { lookScript, startScript } from "../../plan/look/scripts.ts";
import { readLook } from "../../plan/look/seen.ts";
import type { Properties } from "../provider/provider.ts";
import { CONTAINER, Hand, NETWORK, testWorld } from "./testing.ts";

const ssh = (...words: string[]) => ["ssh", "-o", "BatchMode=yes", ...words];
const over = ssh("-l", "root", "--", "100.64.0.2");

async function ask(it: Hand, args: Properties): Promise<string> {
  const given = { command: "sh -s", interpreter: over, ...args };
  const instance = { package: "command", urn: "", name: "command", config: {} };
  const provider = it.world.providers()["command"];
  const answer = await provider?.invoke({ instance, token: "command:local:run", args: given });
  return String(answer?.result["stdout"]);
}

test("a host says what its containers, its disk and its memory are like", async () => {
  const it = new Hand(testWorld());
  await it.create(NETWORK, "network", { name: "kitestacks" });
  const grafana = { name: "grafana", image: "grafana/grafana:13.1.2" };
  await it.create(CONTAINER, "grafana", grafana);
  it.world.faults.fillDisk("home", 77);
  const before = readLook(await ask(it, { stdin: lookScript }));
  expect(before.containers.get("grafana")).toBe("Up 2 hours");
  expect(before.disk).toEqual({ folder: "/", freeMiB: 77 });

  it.world.faults.takeMemory("home", 1_000);
  const after = readLook(await ask(it, { stdin: lookScript }));
  expect(after.memory?.ramMiB).toBe((before.memory?.ramMiB ?? 0) - 1_000);
});

test("what a killed Docker left is started by docker start, unless its network is gone", async () => {
  const it = new Hand(testWorld());
  const network = await it.create(NETWORK, "network", { name: "kitestacks" });
  const more = { image: "grafana/grafana:13.1.2", networksAdvanced: [{ name: network.id }] };
  await it.create(CONTAINER, "grafana", { name: "grafana", ...more });
  it.world.faults.killDocker("home");
  expect(readLook(await ask(it, { stdin: lookScript })).containers.get("grafana")).toMatch(/^Exited \(137\)/);
  expect(await ask(it, { stdin: startScript(["grafana", "kavita"]) })).toBe(
    "grafana\nError response from daemon: No such container: kavita",
  );
  expect(it.world.container("home", "grafana").running).toBe(true);

  it.world.faults.killDocker("home");
  delete it.world.machine("home").networks["kitestacks"];
  expect(await ask(it, { stdin: startScript(["grafana"]) })).toMatch(
    /^Error response from daemon: network [0-9a-f]+ not found$/,
  );
});

test("Docker dies while it makes a container: that one does not come to be, and the others stand still", async () => {
  const it = new Hand(testWorld());
  const make = (name: string) => it.create(CONTAINER, name, { name, image: "grafana/grafana:13.1.2" });
  await make("one");
  it.world.faults.killDocker("home", 2);
  await make("two");
  await expect(make("three")).rejects.toThrow("Is the docker daemon running?");
  const { containers } = it.world.machine("home");
  expect(Object.values(containers).map(({ name, running }) => `${name} ${running}`)).toEqual([
    "one false",
    "two false",
  ]);
  await make("three");
});

test.each<[string, Properties, string]>([
  ["nobody answers", { interpreter: ssh("-l", "root", "--", "100.64.9.9") }, "exit status 255: .*timed out"],
  ["another program", { interpreter: ["bash"] }, "exit status 127: .*the rehearsal has no bash"],
  ["another command", { command: "ls" }, "exit status 127: .*sh -s with a script and nothing else"],
  ["a line that no host knows", { stdin: "reboot\n" }, "exit status 127: .*do not know the line: reboot"],
  [
    "no Docker at the local address",
    { interpreter: [], environment: { DOCKER_HOST: "unix:///nowhere.sock" } },
    "exit status 1: .*Cannot connect to the Docker daemon at unix:///nowhere.sock",
  ],
])("is refused: %s", async (_, args, words) => {
  const it = new Hand(testWorld());
  await expect(ask(it, { stdin: lookScript, ...args })).rejects.toThrow(new RegExp(words, "s"));
});
