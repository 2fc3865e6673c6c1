import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { UNKNOWN } from "../../provider/provider.ts";
import { CONTAINER, exporter, Hand, NETWORK, testWorld, VOLUME } from "../testing.ts";

const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";
const IMAGE = "docker:index/image:Image";

/** The rules stand in the README, Docker. */
describe("a network", () => {
  const net = { name: "net", ipamConfigs: [{ subnet: "172.30.0.0/24", gateway: "172.30.0.1" }] };

  test("whose name exists already is refused", async () => {
    const it = new Hand(testWorld());
    it.world.faults.createNetwork("home", { name: "net", subnet: "172.40.0.0/24", gateway: "172.40.0.1" });
    await expect(it.create(NETWORK, "net", net)).rejects.toThrow("network with name net already exists");
  });

  test("is imported by its full id and then settles", async () => {
    const it = new Hand(testWorld());
    it.world.faults.createNetwork("home", { name: "net", subnet: "172.30.0.0/24", gateway: "172.30.0.1" });
    const id = it.world.machine("home").networks["net"]?.id ?? "";
    const imported = await it.read({ type: NETWORK, name: "net", id, inputs: {}, state: {} });
    if (!imported) throw new Error("not found");
    expect(await it.diff(imported, net)).toMatchObject({ changes: "none" });
  });

  test("that overlaps another one is refused", async () => {
    const it = new Hand(testWorld());
    await it.create(NETWORK, "net", net);
    const other = { name: "other", ipamConfigs: [{ subnet: "172.30.0.128/25", gateway: "172.30.0.129" }] };
    await expect(it.create(NETWORK, "other", other)).rejects.toThrow(
      "Pool overlaps with other one on this address space",
    );
  });

  test("with subnet and gateway settles; without the gateway it is replaced for ever", async () => {
    const it = new Hand(testWorld());
    expect(await it.drift(await it.create(NETWORK, "net", net))).toMatchObject({ changes: "none" });
    const without = await it.create(NETWORK, "bare", {
      name: "bare",
      ipamConfigs: [{ subnet: "172.31.0.0/24" }],
    });
    expect(await it.drift(without)).toMatchObject({ changes: "some", replaces: ["ipamConfigs[0]"] });
  });

  test("without ipamConfigs settles with what Docker chose", async () => {
    const it = new Hand(testWorld());
    expect(await it.drift(await it.create(NETWORK, "net", { name: "net" }))).toMatchObject({
      changes: "none",
    });
  });

  test("that was removed and made again is another one: its containers never start again", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(NETWORK, "net", net);
    const inputs = exporter({ networksAdvanced: [{ name: kept.id }] });
    const container = await it.create(CONTAINER, "exporter", inputs);
    it.world.faults.stopContainer("home", "exporter");
    await it.delete(kept);
    const again = await it.create(NETWORK, "net", net);
    await expect(it.update(container, inputs)).rejects.toThrow(
      `Unable to start container: Error response from daemon: network ${kept.id} not found`,
    );
    // By its id the program names another network now, and so replaces the container.
    const renamed = exporter({ networksAdvanced: [{ name: again.id }] });
    expect(await it.diff(container, renamed)).toMatchObject({ replaces: ["networksAdvanced"] });
  });

  test("stays as long as containers run in it", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(NETWORK, "net", net);
    await it.create(CONTAINER, "exporter", exporter({ networksAdvanced: [{ name: "net" }] }));
    await expect(it.delete(kept)).rejects.toThrow("has active endpoints (exporter)");
  });
});

describe("a volume", () => {
  test("whose name exists already is taken with its data", async () => {
    const it = new Hand(testWorld());
    it.world.faults.createVolume("home", "data");
    const kept = await it.create(VOLUME, "data", { name: "data" });
    expect(kept.id).toBe("data");
    expect(it.world.machine("home").volumes["data"]?.createdBy).toBe("hand");
  });

  test("is replaced when its labels change, and keeps those it was made with", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(VOLUME, "data", { name: "data" });
    const labelled = { name: "data", labels: [{ label: "a", value: "b" }] };
    expect(await it.diff(kept, labelled)).toMatchObject({
      replaces: ["labels[0]"],
      deleteBeforeReplace: true,
    });
    await it.create(VOLUME, "data", labelled);
    expect(it.world.machine("home").volumes["data"]?.labels).toEqual({});
  });

  test("stays as long as a container uses it, and its loss is written down", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(VOLUME, "data", { name: "data" });
    const user = await it.create(
      CONTAINER,
      "exporter",
      exporter({ volumes: [{ volumeName: "data", containerPath: "/d" }] }),
    );
    await expect(it.delete(kept)).rejects.toThrow("remove data: volume is in use");
    await it.delete(user);
    expect(it.world.state.volumesLost).toEqual([]);
    await it.delete(kept);
    expect(it.world.state.volumesLost).toEqual(["home/data"]);
  });

  test("that nobody declared comes into being with the container that names it", async () => {
    const it = new Hand(testWorld());
    await it.create(
      CONTAINER,
      "exporter",
      exporter({ volumes: [{ volumeName: "new", containerPath: "/d" }] }),
    );
    expect(it.world.machine("home").volumes["new"]).toMatchObject({ name: "new" });
  });

  test("removed by hand is seen", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(VOLUME, "data", { name: "data" });
    it.world.faults.removeVolume("home", "data");
    expect(await it.drift(kept)).toBe("gone");
  });
});

describe("a pulled image", () => {
  test("has an id, and a digest when its reference has one", async () => {
    const it = new Hand(testWorld());
    const reference = `redis:7.2-alpine@sha256:${"a".repeat(64)}`;
    const kept = await it.create(REMOTE_IMAGE, "redis", { name: reference, keepLocally: true });
    expect(kept.state["repoDigest"]).toBe(`redis@sha256:${"a".repeat(64)}`);
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
  });

  test("of a repository that is not known, or without tag, cannot be pulled", async () => {
    const it = new Hand(testWorld());
    await expect(it.create(REMOTE_IMAGE, "x", { name: "nobody/nothing:1" })).rejects.toThrow(
      "pull access denied for nobody/nothing",
    );
    await expect(it.create(REMOTE_IMAGE, "x", { name: "redis" })).rejects.toThrow("write redis:<tag>");
  });

  test("is kept on the host by keepLocally, else it goes with the resource", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(REMOTE_IMAGE, "a", { name: "redis:7.2-alpine", keepLocally: true });
    await it.delete(kept);
    expect(Object.keys(it.world.machine("home").images)).toEqual(["redis:7.2-alpine"]);
    await it.delete(await it.create(REMOTE_IMAGE, "a", { name: "redis:7.2-alpine" }));
    expect(it.world.machine("home").images).toEqual({});
  });
});

describe("a built image", () => {
  function project() {
    const folder = mkdtempSync(join(tmpdir(), "kitestacks-build-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "site", "skipped"), { recursive: true });
    writeFileSync(
      join(folder, "site", "Dockerfile"),
      "ARG BASE=nginx:1.29-alpine\nFROM $BASE\nEXPOSE 8080\nUSER 101\n",
    );
    writeFileSync(join(folder, "site", ".dockerignore"), "skipped\n*.log\n");
    writeFileSync(join(folder, "site", "index.html"), "one");
    const hand = new Hand(testWorld({ projectDir: folder }));
    return {
      it: hand,
      folder,
      write: (name: string, text: string) => writeFileSync(join(folder, "site", name), text),
    };
  }
  const site = {
    imageName: "kitestacks/site",
    skipPush: true,
    build: { context: "site", platform: "linux/amd64" },
  };

  test("changes when a file of its context does, and not for what .dockerignore leaves out", async () => {
    const { it, write } = project();
    const kept = await it.create(IMAGE, "site", site);
    expect(kept.state["repoDigest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    write("skipped/x", "new");
    write("a.log", "new");
    expect(await it.diff(kept, site)).toMatchObject({ changes: "none" });
    write("index.html", "two");
    expect(await it.diff(kept, site)).toMatchObject({ diffs: ["build.contextDigest"], replaces: [] });
    const rebuilt = await it.update(kept, site);
    expect(rebuilt.state["repoDigest"]).not.toBe(kept.state["repoDigest"]);
  });

  test("listens on what its Dockerfile exposes, with its base's tools", async () => {
    const { it } = project();
    const kept = await it.create(IMAGE, "site", site);
    const container = { ...exporter(), name: "site", image: String(kept.state["repoDigest"]) };
    const good = { ...container, healthcheck: { tests: ["CMD", "wget", "-q", "http://127.0.0.1:8080/"] } };
    await it.create(CONTAINER, "site", good);
    expect(it.world.listeners("home", "site")).toEqual([{ address: "0.0.0.0", port: 8080, protocol: "tcp" }]);
    const bad = {
      ...container,
      name: "bad",
      healthcheck: { tests: ["CMD", "wget", "-q", "http://127.0.0.1:80/"] },
    };
    await expect(it.create(CONTAINER, "bad", bad)).rejects.toThrow("it listens on 0.0.0.0:8080");
  });

  test("has an unknown digest in the preview of a change", async () => {
    const { it } = project();
    expect((await it.preview(IMAGE, "site", site))["repoDigest"]).toBe(UNKNOWN);
  });

  test.each([
    [
      "a context that is not there",
      { ...site, build: { context: "nowhere" } },
      'the build context "nowhere" is no folder of the project',
    ],
    [
      "a folder without Dockerfile",
      { ...site, build: { context: "site/skipped" } },
      "unable to open Dockerfile",
    ],
    [
      "a base that cannot be pulled",
      { ...site, build: { context: "site", args: { BASE: "nobody/nothing:1" } } },
      "pull access denied for nobody/nothing",
    ],
    ["a push", { ...site, skipPush: false }, "set skipPush"],
  ])("cannot be built from %s", async (_what, inputs, message) => {
    const { it } = project();
    await expect(it.create(IMAGE, "site", inputs)).rejects.toThrow(message);
  });

  test("pruned by hand is invisible to a refresh, and containers then fail to pull it", async () => {
    const { it } = project();
    const kept = await it.create(IMAGE, "site", site);
    it.world.faults.removeImages("home");
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    const container = exporter({ name: "site", image: String(kept.state["repoDigest"]) });
    await expect(it.create(CONTAINER, "site", container)).rejects.toThrow("pull access denied for sha256");
  });
});
