import { describe, expect, test } from "vitest";
import { IncompleteResourceError, type Properties } from "../../provider/provider.ts";
import type { Container } from "../state.ts";
import { CONTAINER, exporter, Hand, HOME, NETWORK, testWorld } from "../testing.ts";

const hand = (): Hand => new Hand(testWorld());

async function started(change: Properties = {}) {
  const it = hand();
  const kept = await it.create(CONTAINER, "exporter", exporter(change));
  return { it, kept, world: it.world };
}

/** Proved on the real provider: this shape settles. */
describe("a container", () => {
  test("comes up and settles: neither a preview nor a refresh finds a difference", async () => {
    const { it, kept } = await started();
    expect(await it.diff(kept, kept.inputs)).toMatchObject({ changes: "none", diffs: [] });
    expect(await it.drift(kept)).toMatchObject({ changes: "none", diffs: [] });
    expect(it.world.health("home", "exporter")).toEqual({
      running: true,
      healthy: true,
      reason: "",
      degraded: [],
    });
  });

  test("settles with everything that was proved to settle", async () => {
    const it = hand();
    await it.create(NETWORK, "net", {
      name: "net",
      ipamConfigs: [{ subnet: "172.30.0.0/24", gateway: "172.30.0.1" }],
    });
    const kept = await it.create(
      CONTAINER,
      "exporter",
      exporter({
        networksAdvanced: [{ name: "net", aliases: ["metrics", "node"] }],
        hosts: [{ host: "host.docker.internal", ip: "host-gateway" }],
        labels: [{ label: "a", value: "b" }],
        envs: ["B=2", "A=1"],
        volumes: [
          { volumeName: "named", containerPath: "/data" },
          { hostPath: "/srv", containerPath: "/srv", readOnly: true },
        ],
        tmpfs: { "/tmp": "size=16m" },
        ports: [{ internal: 9100, external: 9100, ip: "100.64.0.2" }],
        uploads: [{ file: "/etc/x", content: "x" }],
        capabilities: { drops: ["ALL"], adds: ["CAP_NET_ADMIN", "CAP_CHOWN"] },
        securityOpts: ["no-new-privileges:true"],
        init: true,
        logDriver: "json-file",
        logOpts: { "max-size": "10m" },
      }),
    );
    expect(await it.drift(kept)).toMatchObject({ changes: "none", diffs: [] });
  });

  test("is not created by a preview, which leaves unknown what only Docker can tell", async () => {
    const it = hand();
    const outputs = await it.preview(CONTAINER, "exporter", exporter());
    expect(JSON.parse(JSON.stringify(outputs))).toMatchObject({ name: "exporter", bridge: "<unknown>" });
    expect(it.world.state.machines["home"]?.containers).toEqual({});
  });

  test("an argument that the provider does not have is refused", async () => {
    const it = hand();
    await expect(it.create(CONTAINER, "x", exporter({ memmory: 5 }))).rejects.toThrow(
      'memmory: An argument named "memmory" is not expected here',
    );
  });
});

/** Proved on the real provider, or from its source: what it does with a change. */
describe("a change of a container", () => {
  test.each([
    ["memory and swap", { memory: 80, memorySwap: 160 }, ["memory", "memorySwap"]],
    ["restart", { restart: "always" }, ["restart"]],
  ])("of %s is done in place", async (_what, change, diffs) => {
    const { it, kept, world } = await started();
    const plan = await it.diff(kept, exporter(change));
    expect(plan).toMatchObject({ changes: "some", replaces: [] });
    expect([...plan.diffs].sort()).toEqual(diffs);
    const updated = await it.update(kept, exporter(change));
    expect(world.container("home", "exporter")).toMatchObject({ ...change, id: kept.id });
    expect(await it.drift(updated)).toMatchObject({ changes: "none" });
  });

  test.each<[string, Properties, string]>([
    ["envs", { envs: ["A=1"] }, "envs[0]"],
    ["labels", { labels: [{ label: "a", value: "b" }] }, "labels[0]"],
    ["uploads", { uploads: [{ file: "/x", content: "new" }] }, "uploads[0]"],
    ["command", { command: ["--web.listen-address=:9100"] }, "command"],
    ["ports", { ports: [{ internal: 9100, external: 9100, ip: "127.0.0.1" }] }, "ports"],
    ["readOnly", { readOnly: true }, "readOnly"],
    ["image", { image: "prom/node-exporter:v1.13.0" }, "image"],
    ["networksAdvanced", { networksAdvanced: [{ name: "net" }] }, "networksAdvanced"],
    ["pidMode", { pidMode: "host" }, "pidMode"],
  ])("of %s replaces it, the old one deleted first", async (_what, change, path) => {
    const { it, kept } = await started();
    expect(await it.diff(kept, exporter(change))).toEqual({
      changes: "some",
      replaces: [path],
      diffs: [path],
      deleteBeforeReplace: true,
    });
  });

  test.each<[string, Properties, string]>([
    [
      "healthcheck",
      { healthcheck: { tests: ["CMD", "wget", "http://127.0.0.1:9100/metrics"] } },
      "healthcheck",
    ],
    ["tmpfs", { tmpfs: { "/tmp": "" } }, "tmpfs"],
    ["init", { init: true }, "init"],
  ])("of %s is shown but silently ignored, unless replaceOnChanges names it", async (_what, change, path) => {
    const { it, kept, world } = await started();
    const plan = await it.diff(kept, exporter(change));
    expect(plan).toMatchObject({ changes: "some", replaces: [] });
    expect(plan.diffs.every((one) => one.startsWith(path))).toBe(true);
    const before = JSON.stringify(world.container("home", "exporter"));
    await it.update(kept, exporter(change));
    expect(JSON.stringify(world.container("home", "exporter"))).toBe(before);
  });

  test("the order of environment variables is no change", async () => {
    const { it, kept } = await started({ envs: ["A=1", "B=2"] });
    expect(await it.diff(kept, exporter({ envs: ["B=2", "A=1"] }))).toMatchObject({ changes: "none" });
  });

  test("memory above the old swap limit is refused when the swap limit is not raised with it", async () => {
    const { it, kept } = await started();
    const { memorySwap: _left, ...without } = exporter({ memory: 200 });
    await expect(it.update(kept, without)).rejects.toThrow(
      "Memory limit should be smaller than already set memoryswap limit",
    );
  });
});

/** From the real provider's source: what it reads back and what it does not. */
describe("a refresh", () => {
  test("sees a container that was stopped by hand, and the update starts it again", async () => {
    const { it, kept, world } = await started();
    world.faults.stopContainer("home", "exporter");
    expect(await it.diff(kept, kept.inputs)).toMatchObject({ changes: "none" });
    expect(await it.drift(kept)).toMatchObject({ changes: "some", diffs: ["mustRun"], replaces: [] });
    await it.update(kept, kept.inputs);
    expect(world.container("home", "exporter").running).toBe(true);
  });

  test("of a stopped container with published ports misses them, so that it is replaced", async () => {
    const { it, kept, world } = await started({
      ports: [{ internal: 9100, external: 9100, ip: "100.64.0.2" }],
    });
    world.faults.stopContainer("home", "exporter");
    expect(await it.drift(kept)).toMatchObject({ diffs: ["ports", "mustRun"], replaces: ["ports"] });
  });

  test("sees a container that was removed by hand", async () => {
    const { it, kept, world } = await started();
    world.faults.removeContainer("home", "exporter");
    expect(await it.diff(kept, kept.inputs)).toMatchObject({ changes: "none" });
    expect(await it.drift(kept)).toBe("gone");
  });

  test("takes one that was run again by hand for gone, and its name is then in the way", async () => {
    const { it, kept, world } = await started();
    world.faults.recreateContainer("home", "exporter");
    expect(await it.drift(kept)).toBe("gone");
    await expect(it.create(CONTAINER, "exporter", exporter())).rejects.toThrow(
      'Conflict. The container name "/exporter" is already in use by container',
    );
  });

  test("sees another image and a port that was added, where ports are configured", async () => {
    const { it, kept, world } = await started({
      ports: [{ internal: 9100, external: 9100, ip: "100.64.0.2" }],
    });
    world.faults.changeImage("home", "exporter", "prom/node-exporter:v0.1.0");
    world.faults.publishPort("home", "exporter", {
      ip: "0.0.0.0",
      internal: 9100,
      external: 80,
      protocol: "tcp",
    });
    expect(await it.drift(kept)).toMatchObject({ replaces: ["image", "ports"] });
  });

  test.each<[string, Partial<Container>]>([
    ["restart", { restart: "no" }],
    ["memory", { memory: 32 }],
    ["memorySwap", { memorySwap: 96 }],
    ["networkMode", { networkMode: "none" }],
    ["hosts", { hosts: [{ host: "a", ip: "1.2.3.4" }] }],
    ["tmpfs", { tmpfs: { "/tmp": "" } }],
    ["capabilities", { capabilities: { adds: ["ALL"], drops: [] } }],
    [
      "healthcheck",
      {
        healthcheck: {
          tests: ["NONE"],
          interval: "0s",
          timeout: "0s",
          startPeriod: "0s",
          startInterval: "0s",
          retries: 0,
        },
      },
    ],
    ["command", { command: ["--version"] }],
    ["user", { user: "1" }],
    ["logDriver", { logDriver: "none" }],
  ])("sees another %s", async (property, change) => {
    const { it, kept, world } = await started({
      restart: "always",
      command: ["--no-collector.wifi"],
      user: "65534",
      logDriver: "json-file",
    });
    Object.assign(world.container("home", "exporter"), change);
    const drift = await it.drift(kept);
    expect(drift === "gone" ? [] : drift.diffs.map((path) => path.replace(/[.[].*/, ""))).toEqual([property]);
  });

  test("does not see ports that the program never set, nor environment, labels and files", async () => {
    const { it, kept, world } = await started();
    world.faults.publishPort("home", "exporter", {
      ip: "0.0.0.0",
      internal: 9100,
      external: 80,
      protocol: "tcp",
    });
    Object.assign(world.container("home", "exporter"), {
      env: { A: "changed" },
      labels: { a: "b" },
      files: [],
    });
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
  });
});

/** From the real provider's source: differences that come back after every up. */
describe("a container that never settles", () => {
  test("has memory without memorySwap: Docker sets twice the memory", async () => {
    const { memorySwap: _left, ...without } = exporter();
    const it = hand();
    const kept = await it.create(CONTAINER, "exporter", without);
    expect(it.world.container("home", "exporter").memorySwap).toBe(128);
    expect(await it.drift(kept)).toMatchObject({ diffs: ["memorySwap"], replaces: [] });
  });

  test("has an empty command where the image has one: Docker answers with the image's own", async () => {
    const it = hand();
    const healthcheck = { tests: ["CMD", "extra/healthcheck"], interval: "1m0s", timeout: "30s", retries: 3 };
    const limits = { memory: 256, memorySwap: 512 };
    const uptime = { ...limits, image: "louislam/uptime-kuma:2.5.3-slim", healthcheck, waitTimeout: 300 };
    const empty = await it.create(CONTAINER, "exporter", exporter({ ...uptime, command: [] }));
    expect(await it.diff(empty, empty.inputs)).toMatchObject({ changes: "some", replaces: ["command"] });
    const { command: _empty, ...unsaid } = empty.inputs;
    expect(await it.diff(empty, unsaid)).toMatchObject({ changes: "none", diffs: [] });
  });

  test("shares the host's processes without the label that Docker adds to it: only a refresh sees that", async () => {
    const it = hand();
    const host = { networkMode: "host", pidMode: "host", securityOpts: ["no-new-privileges:true"] };
    const kept = await it.create(CONTAINER, "exporter", exporter(host));
    expect(await it.diff(kept, kept.inputs)).toMatchObject({ changes: "none", diffs: [] });
    expect(await it.drift(kept)).toMatchObject({ changes: "some", replaces: ["securityOpts"] });
    const said = { ...host, securityOpts: ["label=disable", "no-new-privileges:true"] };
    const other = hand();
    const settled = await other.create(CONTAINER, "exporter", exporter(said));
    expect(await other.drift(settled)).toMatchObject({ changes: "none", diffs: [] });
  });

  test("has a capability that is not written as Docker keeps it", async () => {
    const { it, kept } = await started({ capabilities: { adds: ["net_admin"] } });
    expect(await it.drift(kept)).toMatchObject({ replaces: ["capabilities"] });
  });

  test("has a duration that is not in Go's own form", async () => {
    const check = { tests: ["CMD", "wget", "http://127.0.0.1:9100/"], interval: "60s", retries: 3 };
    const { it, kept } = await started({ healthcheck: check });
    expect(await it.drift(kept)).toMatchObject({ diffs: ["healthcheck"] });
    expect(await it.diff(kept, exporter({ healthcheck: { ...check, interval: "1m0s" } }))).toMatchObject({
      changes: "none",
    });
  });
});

describe("a creation that fails", () => {
  const sick = { healthcheck: { tests: ["CMD", "curl", "http://127.0.0.1:9100/"] } };

  test("for want of health leaves the container, and the next up makes it again and waits again", async () => {
    const it = hand();
    const failed = await it.create(CONTAINER, "exporter", exporter(sick)).catch((error: unknown) => error);
    if (!(failed instanceof IncompleteResourceError)) throw failed;
    expect(failed.message).toBe(
      "container failed to be in healthy state: its health check calls curl, which the image prom/node-exporter:v1.12.1 does not have (it has wget, sh; node-exporter documentation and image: busybox; runs as nobody)",
    );
    const container = it.world.container("home", "exporter");
    expect(container.id).toBe(failed.id);
    const kept = {
      type: CONTAINER,
      name: "exporter",
      id: failed.id,
      inputs: exporter(sick),
      state: failed.outputs,
    };
    expect(await it.diff(kept, exporter(sick))).toMatchObject({ changes: "some", replaces: ["entrypoints"] });
    expect(await it.drift(kept)).toMatchObject({ replaces: expect.arrayContaining(["entrypoints"]) });
  });

  test("a health check that is only slow fails the wait, and comes right with a refresh later", async () => {
    const it = hand();
    it.world.faults.slowHealth("home", "exporter", 300);
    const failed = await it.create(CONTAINER, "exporter", exporter()).catch((error: unknown) => error);
    if (!(failed instanceof IncompleteResourceError)) throw failed;
    expect(failed.message).toBe(
      "container failed to be in healthy state: exporter may take 300 seconds to answer and waitTimeout is 120",
    );
    const kept = {
      type: CONTAINER,
      name: "exporter",
      id: failed.id,
      inputs: exporter(),
      state: failed.outputs,
    };
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
  });

  test("wait needs a health check", async () => {
    const { healthcheck: _none, ...without } = exporter();
    await expect(hand().create(CONTAINER, "exporter", without)).rejects.toThrow(
      "has no health check to wait for",
    );
  });

  test("readOnly with uploads always fails", async () => {
    const change = { readOnly: true, uploads: [{ file: "/etc/x", content: "x" }] };
    await expect(hand().create(CONTAINER, "exporter", exporter(change))).rejects.toThrow(
      "container rootfs is marked read-only",
    );
  });

  test("a full disk", async () => {
    const it = hand();
    it.world.faults.fillDisk("home");
    await expect(it.create(CONTAINER, "exporter", exporter())).rejects.toThrow("no space left on device");
  });

  test.each<[string, Properties, string]>([
    [
      "swap below memory",
      { memory: 100, memorySwap: 50 },
      "Minimum memoryswap limit should be larger than memory limit",
    ],
    [
      "swap without memory",
      { memory: 0, memorySwap: 50 },
      "You should always set the Memory limit when using Memoryswap",
    ],
    ["too little memory for Docker", { memory: 4, memorySwap: 8 }, "Minimum memory limit allowed is 6MB"],
    [
      "too little memory for the image",
      { memory: 10, memorySwap: 20 },
      "the limit is 10 MiB, the image needs 15 MiB",
    ],
    ["an unknown network", { networksAdvanced: [{ name: "nowhere" }] }, "network nowhere not found"],
    ["an unknown network mode", { networkMode: "nowhere" }, "network nowhere not found"],
    [
      "an unknown image",
      { image: "example/nothing:1" },
      "pull access denied for example/nothing, repository does not exist",
    ],
    ["an image without tag", { image: "prom/node-exporter" }, "refuses a reference without tag or digest"],
    ["an image that was never built here", { image: "sha256:0123" }, "pull access denied for sha256"],
    [
      "two mounts at one place",
      {
        volumes: [
          { volumeName: "a", containerPath: "/x" },
          { volumeName: "b", containerPath: "/x" },
        ],
      },
      "Duplicate mount point: /x",
    ],
    [
      "an address that is not the host's",
      { ports: [{ internal: 9100, external: 9100, ip: "100.64.0.9" }] },
      "failed to bind host port for 100.64.0.9:9100: cannot assign requested address",
    ],
    [
      "a port on which nobody listens",
      { ports: [{ internal: 9000, external: 9000, ip: "100.64.0.2" }] },
      "rule of the rehearsal: container exporter publishes 100.64.0.2:9000 for its port 9000/tcp, on which image prom/node-exporter:v1.12.1 does not listen (it listens on 9100/tcp)",
    ],
    [
      "published ports on the host's network",
      { networkMode: "host", ports: [{ internal: 9100, external: 9100 }] },
      "published ports are discarded when using host network mode",
    ],
    [
      "an upload without content",
      { uploads: [{ file: "/x" }] },
      "one of 'content', 'content_base64', or 'source' must be set",
    ],
  ])("%s", async (_what, change, message) => {
    await expect(hand().create(CONTAINER, "exporter", exporter(change))).rejects.toThrow(message);
  });

  test.each([
    ["the same address", "100.64.0.2", "100.64.0.2"],
    ["every address", "0.0.0.0", "100.64.0.2"],
    ["one address under every address", "100.64.0.2", "0.0.0.0"],
  ])("a port that is taken on %s", async (_what, first, second) => {
    const { it } = await started({ ports: [{ internal: 9100, external: 9100, ip: first }] });
    const other = exporter({ name: "other", ports: [{ internal: 9100, external: 9100, ip: second }] });
    await expect(it.create(CONTAINER, "other", other)).rejects.toThrow(
      `Bind for ${second}:9100 failed: port is already allocated (by exporter)`,
    );
  });

  test("two containers may publish one port on two addresses", async () => {
    const { it } = await started({ ports: [{ internal: 9100, external: 9100, ip: "127.0.0.1" }] });
    const other = exporter({ name: "other", ports: [{ internal: 9100, external: 9100, ip: "100.64.0.2" }] });
    await expect(it.create(CONTAINER, "other", other)).resolves.toMatchObject({ name: "other" });
  });

  test("a port that a container on the host's network has", async () => {
    const { it } = await started({
      networkMode: "host",
      command: ["--web.listen-address=100.64.0.2:9100"],
      healthcheck: { tests: ["CMD", "wget", "http://100.64.0.2:9100/"] },
    });
    const other = exporter({ name: "other", ports: [{ internal: 9100, external: 9100, ip: "100.64.0.2" }] });
    await expect(it.create(CONTAINER, "other", other)).rejects.toThrow(
      "port is already allocated (by exporter)",
    );
  });
});

/** The address that a provider was configured with decides. */
describe("a Docker address", () => {
  test("that nothing answers at", async () => {
    const it = hand().at("ssh://root@100.64.0.7");
    await expect(it.create(CONTAINER, "exporter", exporter())).rejects.toThrow(
      "has exited with exit status 255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=ssh: connect to host 100.64.0.7 port 22: Connection timed out",
    );
  });

  test("of a host that is away, until it comes back", async () => {
    const { it, kept, world } = await started();
    world.faults.goAway("home");
    await expect(it.read(kept)).rejects.toThrow("Connection timed out");
    world.faults.comeBack("home");
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
  });

  test("with an option that ssh does not know, in its words", async () => {
    const { world, config } = hand();
    const docker = (...sshOpts: string[]) =>
      new Hand(world, { ...config, docker: { ...config["docker"], sshOpts } });
    await expect(
      docker("-o", "IdentiyFile=~/.ssh/x").create(CONTAINER, "exporter", exporter()),
    ).rejects.toThrow("stderr=command-line: line 0: Bad configuration option: identiyfile");
    await expect(docker("-i ~/.ssh/x").create(CONTAINER, "exporter", exporter())).rejects.toThrow(
      "the simulated ssh takes options after -o alone, not -i ~/.ssh/x",
    );
    await expect(
      docker("-o", "IdentityFile=~/.ssh/x").create("docker:index/volume:Volume", "data", { name: "data" }),
    ).resolves.toMatchObject({ id: "data" });
  });

  test("with a user that the host does not let in", async () => {
    const it = hand().at("ssh://somebody@100.64.0.2");
    await expect(it.create(CONTAINER, "exporter", exporter())).rejects.toThrow(
      "Permission denied (publickey).",
    );
  });

  test("of a local socket fails when the provider is configured, as the real one does", async () => {
    const it = hand().at("unix:///var/run/docker.sock");
    const { instance } = it.call(CONTAINER, "x");
    expect(() => it.provider(CONTAINER).configure?.(instance)).toThrow(
      "docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon",
    );
  });

  test("gives way to a context, which the plugin takes from its environment where the program says none", async () => {
    const world = testWorld({ environment: { DOCKER_CONTEXT: "cloud" } });
    const configured = (docker: Record<string, string>) => {
      const it = new Hand(world, { docker });
      return it.provider(CONTAINER).configure?.(it.call(CONTAINER, "x").instance);
    };
    expect(() => configured({ host: HOME })).toThrow("Error loading Docker context 'cloud'");
    expect(() => configured({ host: HOME, context: "" })).not.toThrow();
  });

  test("leads to one machine and no other", async () => {
    const world = testWorld({
      machines: [
        { name: "home", tailnetAddress: "100.64.0.2", docker: HOME },
        { name: "desk", tailnetAddress: "100.64.0.3", docker: "unix:///var/run/docker.sock" },
      ],
    });
    const it = new Hand(world);
    await it.create(CONTAINER, "exporter", exporter());
    await it.at("unix:///var/run/docker.sock").create(CONTAINER, "exporter-desk", exporter());
    expect(Object.keys(world.machine("home").containers)).toEqual(["exporter"]);
    expect(world.container("desk", "exporter").createdBy).toContain("exporter-desk");
  });

  test("is shut by a policy that lets nobody in by SSH", async () => {
    const { it, kept, world } = await started();
    world.faults.editPolicy('{"grants": [{"src": ["*"], "dst": ["*"], "ip": ["tcp:443"]}]}');
    await expect(it.read(kept)).rejects.toThrow("the tailnet policy does not let its owner reach this port");
  });
});
