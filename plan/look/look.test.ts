import { describe, expect, onTestFinished, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { fakePrograms } from "../first-run/testing/programs.ts";
import { run } from "../first-run/testing/run.ts";
import { makePlan } from "../make-plan.ts";
import { exampleSettings } from "../testing.ts";
import { lacks } from "./room.ts";
import { lookScript, startScript } from "./scripts.ts";
import { type HostSeen, readLook } from "./seen.ts";
import { standsStill, stillAfterUp, toStart, unwell } from "./standing.ts";

const { hub } = makePlan(exampleSettings(), catalogue);
const names = hub.containers.map(({ name }) => name);

/** Docker's command line, as far as the scripts call it: `docker start` refuses one name. */
const docker = `
if (words[0] === "ps") say(state.ps);
else if (words[0] === "info") say(state.root);
else for (const name of words.slice(1)) {
  if (name !== "refused") say(name);
  else process.stderr.write("Error response from daemon: network 0123 not found\\n");
}
if (state.dead || words.includes("refused")) end(1, state.dead);
`;

async function answerOf(script: string, state: object, more: Readonly<Record<string, string>> = {}) {
  const programs = fakePrograms({ docker, ...more }, { ps: "", root: "/", dead: "", ...state });
  onTestFinished(() => programs.remove());
  return run("sh", ["-s"], script, programs.path);
}

/** A host on which everything runs, with room. */
function seen(changes: Partial<HostSeen> & { status?: Readonly<Record<string, string>> } = {}): HostSeen {
  const statuses = new Map(names.map((name) => [name, "Up 2 hours (healthy)"]));
  for (const [name, status] of Object.entries(changes.status ?? {}))
    if (status === "") statuses.delete(name);
    else statuses.set(name, status);
  return {
    containers: statuses,
    disk: { folder: "/var", freeMiB: 50_000 },
    memory: { ramMiB: 3_000, swapMiB: 6_000 },
    ...changes,
  };
}

describe("the look", () => {
  test("reads containers, disk and memory of a host that answers", async () => {
    const ps = "grafana|Up 3 minutes (healthy)\nkavita|Exited (137) 2 hours ago";
    const { code, out } = await answerOf(lookScript, { ps });
    const found = readLook(out);
    expect(code).toBe(0);
    expect([...found.containers]).toEqual([
      ["grafana", "Up 3 minutes (healthy)"],
      ["kavita", "Exited (137) 2 hours ago"],
    ]);
    expect(found.disk).toEqual({ folder: expect.stringMatching(/^\//), freeMiB: expect.any(Number) });
    expect(found.memory).toEqual({ ramMiB: expect.any(Number), swapMiB: expect.any(Number) });
    expect(found.memory?.ramMiB).toBeGreaterThan(0);
  });

  test("takes the fuller of the two file systems that Docker writes to", async () => {
    const df = `say(\`Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/mapper/data lvm  81106868 40000000  40960000      50% /var/lib/docker
/dev/sda1              1000000   900000    102400      90% /\`)`;
    const { out } = await answerOf(lookScript, {}, { df });
    expect(readLook(out).disk).toEqual({ folder: "/", freeMiB: 100 });
  });

  test("goes on where a folder cannot be seen, and then knows of no disk", async () => {
    const { code, out } = await answerOf(
      lookScript,
      {},
      { df: 'end(1, "df: /x: No such file or directory")' },
    );
    expect(code).toBe(0);
    expect(readLook(out).disk).toBeUndefined();
    expect(readLook(out).memory).toBeDefined();
  });

  test("fails where Docker does not answer", async () => {
    const { code, err } = await answerOf(lookScript, { dead: "Cannot connect to the Docker daemon" });
    expect(code).toBe(1);
    expect(err).toContain("Cannot connect to the Docker daemon");
  });

  test("starts one after the other, and a refusal is part of the answer", async () => {
    const { code, out } = await answerOf(startScript(["postgres", "refused", "grafana"]), {});
    expect(code).toBe(0);
    expect(out.trim().split("\n").sort()).toEqual([
      "Error response from daemon: network 0123 not found",
      "grafana",
      "postgres",
    ]);
  });
});

describe("what stands still", () => {
  test("is everything of the plan that does not run, in the order of need", () => {
    const found = seen({
      status: {
        grafana: "Exited (0) 5 minutes ago",
        postgres: "Exited (137) 2 hours ago",
        kavita: "",
        forgejo: "Restarting (1) 5 seconds ago",
        karakeep: "Created",
        redis: "Up 3 hours (Paused)",
        "uptime-kuma": "Up Less than a second (health: starting)",
        openproject: "Up 2 hours (unhealthy)",
      },
    });
    const still = standsStill(hub, found).map(({ container, status }) => `${container} ${status}`);
    expect(still.toSorted()).toEqual([
      "forgejo Restarting (1) 5 seconds ago",
      "grafana Exited (0) 5 minutes ago",
      "karakeep Created",
      "kavita gone",
      "postgres Exited (137) 2 hours ago",
      "redis Up 3 hours (Paused)",
    ]);
    expect(toStart(hub, found)).toEqual(names.filter((name) => ["postgres", "grafana"].includes(name)));
    expect(unwell(hub, found)).toEqual(["openproject"]);
  });

  test("fails an up that did all the rest, with the remedy", () => {
    expect(stillAfterUp(hub, seen())).toBeUndefined();
    expect(stillAfterUp(hub, seen({ status: { kavita: "", grafana: "Exited (1) 1 hour ago" } }))).toBe(
      `cloud stands still in part after this up: 2 of ${names.length} containers do not run: kavita (gone), grafana (Exited (1) 1 hour ago). ` +
        "Everything else was done. `docker logs <name>` there says why one ended; " +
        "pulumi up --refresh --run-program --stack cloud makes anew what is gone or cannot start.",
    );
  });
});

describe("room", () => {
  test("is there", () => {
    expect(lacks(hub, seen())).toEqual([]);
    expect(lacks(hub, seen({ disk: { folder: "/", freeMiB: hub.freeDiskMiB } }))).toEqual([]);
    // A host that does not say is not refused.
    expect(lacks(hub, seen({ disk: undefined, memory: undefined }))).toEqual([]);
  });

  test("on the disk is less than the setting", () => {
    const disk = { folder: "/var/lib/docker", freeMiB: 312 };
    expect(lacks(hub, seen({ disk }))).toEqual([
      "cloud lacks disk: 312 MiB are free on /var/lib/docker, where its Docker writes, and an up needs 1024. " +
        "Make room there (`docker image prune --all` removes the images that no container uses) and run up again, " +
        "or set host.freeDiskMiB lower in Pulumi.cloud.yaml. None of its containers was touched.",
    ]);
    expect(lacks({ ...hub, freeDiskMiB: 300 }, seen({ disk }))).toEqual([]);
  });

  test("in memory counts for what does not run yet: a successor takes its predecessor's", () => {
    const memory = { ramMiB: 10, swapMiB: 20 };
    expect(lacks(hub, seen({ memory }))).toEqual([]);
    const [grafana] = hub.containers.filter(({ name }) => name === "grafana");
    expect(lacks(hub, seen({ memory, status: { grafana: "" } }))).toEqual([
      "cloud lacks memory: 10 MiB of RAM and 20 MiB of swap are available, and what does not run there yet (grafana) " +
        `takes ${grafana?.typicalMiB} MiB on an ordinary day. ` +
        "Stop what else runs on cloud, or give it more swap, and run up again. None of its containers was touched.",
    ]);
  });
});
