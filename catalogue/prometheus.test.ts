import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { makePlan } from "../plan/make-plan.ts";
import { exampleHost, exampleSettings } from "../plan/testing.ts";
import { catalogue } from "./catalogue.ts";
import { dashboards } from "./grafana-dashboards.ts";
import { wireBytes } from "./host-numbers.ts";
import { alertRules } from "./prometheus-alerts.ts";
import { resolve } from "./text.ts";

const folder = mkdtempSync(join(tmpdir(), "kitestacks-prometheus-"));
afterAll(() => rmSync(folder, { recursive: true }));

const promtool = (...words: string[]) => spawnSync("promtool", words, { cwd: folder, encoding: "utf8" });
const missing = promtool("--version").error !== undefined;
const remedy = "promtool is not on PATH: apt-get install prometheus";
/** Where CI has installed the tools, a missing one is a failure. */
const mustHave = process.env["KITESTACKS_REQUIRE_TOOLS"] === "1";
const tool = missing && !mustHave ? describe.skip : describe;

/** A file of a host's container with every reference known. */
function file(host: string, container: string, path: string, settings = exampleSettings()): string {
  const plan = makePlan(settings, catalogue).hosts.find(({ name }) => name === host);
  const content = plan?.containers
    .find(({ name }) => name === container)
    ?.files.find((candidate) => candidate.path === path)?.content;
  if (content === undefined) throw new Error(`${container} on ${host} has no file ${path}`);
  return resolve(content, (one) => (one.ref === "secret" ? `secret-${one.name}` : "100.64.0.2"));
}

const configuration = (host: string, settings = exampleSettings()) =>
  parse(file(host, "prometheus", "/etc/prometheus/prometheus.yml", settings));

describe("what Prometheus asks", () => {
  const targetsOf = (host: string, job: string) => {
    const found = configuration(host).scrape_configs.find(
      (one: { job_name: string }) => one.job_name === job,
    );
    return found?.static_configs.flatMap((group: { targets: string[]; labels: { instance: string } }) =>
      group.targets.map((target) => [target, group.labels.instance]),
    );
  };

  test.each([
    ["node", 9100],
    ["cloudflared", 20241],
    ["metrics-api", 8000],
  ])("%s of every host, at its tailnet address", (job, port) => {
    for (const host of ["cloud", "home"]) {
      expect(targetsOf(host, job)).toEqual([
        [`100.64.0.2:${port}`, "cloud"],
        [`100.64.0.1:${port}`, "home"],
      ]);
    }
  });

  test("what runs on its own host by name", () => {
    expect(targetsOf("home", "litellm")).toEqual([["kite-litellm:4000", "home"]]);
    expect(targetsOf("home", "uptime-kuma")).toEqual([["uptime-kuma:3001", "home"]]);
    expect(targetsOf("cloud", "prometheus")).toEqual([["127.0.0.1:9090", "cloud"]]);
  });

  test("no LiteLLM where it is left out", () => {
    const lite = exampleSettings({
      hosts: [exampleHost({ name: "cloud", role: "hub" }), exampleHost({ profile: "lite" })],
    });
    const jobs = configuration("home", lite).scrape_configs.map((one: { job_name: string }) => one.job_name);
    expect(jobs).not.toContain("litellm");
  });

  test("no Uptime Kuma, and no password of it, where the catalogue has none", () => {
    const without = catalogue.filter(({ name }) => name !== "uptime-kuma");
    const { services } = exampleSettings();
    const acceptSplitData = services.acceptSplitData.filter((name) => name !== "uptime-kuma");
    const { hub } = makePlan(exampleSettings({ services: { ...services, acceptSplitData } }), without);
    const files = hub.containers.find(({ name }) => name === "prometheus")?.files ?? [];
    expect(files.map(({ path }) => path)).toEqual([
      "/etc/prometheus/prometheus.yml",
      "/etc/prometheus/alerts.yml",
    ]);
    expect(JSON.stringify(files[0])).not.toContain("uptime-kuma");
  });

  test("with a password that stands in a file of its own user alone", () => {
    const text = file("home", "prometheus", "/etc/prometheus/prometheus.yml");
    expect(text).not.toContain("secret-");
    expect(text).toContain("password_file: /etc/prometheus/uptime-kuma-password");
    expect(file("home", "prometheus", "/etc/prometheus/uptime-kuma-password")).toBe(
      "secret-uptime-kuma.adminPassword",
    );
  });
});

/** Expressions of all dashboards, with Grafana's own words replaced by what it puts there. */
const expressions = dashboards.flatMap(({ panels }) =>
  (panels as { targets: { expr: string }[] }[]).flatMap(({ targets }) =>
    targets.map(({ expr }) =>
      expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", "cloud|home"),
    ),
  ),
);

describe("dashboards", () => {
  test("have a picker over the hosts, and panels that do not overlap", () => {
    for (const dashboard of dashboards) {
      expect(JSON.stringify(dashboard["templating"])).toContain('"multi":true');
      const panels = dashboard["panels"] as { id: number; gridPos: { x: number; y: number; w: number } }[];
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x},${y}`)).size).toBe(panels.length);
      for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
  });

  test("lie where Grafana's provisioning looks, as valid JSON", () => {
    const provider = parse(file("home", "grafana", "/etc/grafana/provisioning/dashboards/kitestacks.yaml"));
    for (const { uid } of dashboards) {
      const path = `${provider.providers[0].options.path}/${uid}.json`;
      expect(JSON.parse(file("home", "grafana", path))).toMatchObject({ uid, panels: expect.any(Array) });
    }
  });
});

if (missing) test.skipIf(!mustHave)(remedy, () => expect.fail(remedy));

tool("promtool", () => {
  const write = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  const here = (text: string) => text.replaceAll("/etc/prometheus/", `${folder}/`);

  test.each(["cloud", "home"])("takes the configuration of %s", (host) => {
    write("alerts.yml", alertRules(2));
    write("uptime-kuma-password", "x");
    const name = write("prometheus.yml", here(file(host, "prometheus", "/etc/prometheus/prometheus.yml")));
    const { status, stdout, stderr } = promtool("check", "config", name);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("SUCCESS: 9 rules found");
  });

  test("refuses a broken configuration, so the check can fail", () => {
    const name = write("broken.yml", "scrape_configs:\n  - job_nam: node\n");
    expect(promtool("check", "config", name).status).not.toBe(0);
  });

  test("takes the alert rules and every expression of the dashboards", () => {
    const { status, stderr } = promtool("check", "rules", write("alerts.yml", alertRules(2)));
    expect([status, stderr]).toEqual([0, ""]);
    const rules = expressions.map((expr, i) => ({ record: `expression_${i}`, expr }));
    const name = write("expressions.yml", stringify({ groups: [{ name: "dashboards", rules }] }));
    const checked = promtool("check", "rules", name);
    expect([checked.status, checked.stdout]).toEqual([
      0,
      expect.stringContaining(`SUCCESS: ${expressions.length} rules found`),
    ]);
  });

  /** Series as promtool writes them: start, step and count. */
  const steady = (series: string, value: number, minutes = 90) => ({ series, values: `${value}x${minutes}` });
  const climbing = (series: string, step: number) => ({ series, values: `0+${step}x90` });
  const node = (metric: string, labels = "") => `${metric}{instance="home"${labels}}`;
  const memory = (available: number, swapTotal: number, swapFree: number) => [
    steady(node("node_memory_MemTotal_bytes"), 4000),
    steady(node("node_memory_MemAvailable_bytes"), available),
    steady(node("node_memory_SwapTotal_bytes"), swapTotal),
    steady(node("node_memory_SwapFree_bytes"), swapFree),
  ];
  /** Of 100 blocks: 10 are root's own, which nobody else may write. */
  const disk = (free: number, type = "ext4", device = "/dev/sda2", mountpoint = "/") => {
    const labels = `,device="${device}",mountpoint="${mountpoint}",fstype="${type}"`;
    return [
      steady(node("node_filesystem_size_bytes", labels), 100),
      steady(node("node_filesystem_free_bytes", labels), free),
      steady(node("node_filesystem_avail_bytes", labels), Math.max(0, free - 10)),
    ];
  };
  /** A file system of a pool that has `left` blocks left. */
  const dataset = (device: string, mountpoint: string, used: number, left: number) => {
    const labels = `,device="${device}",mountpoint="${mountpoint}",fstype="zfs"`;
    return [
      steady(node("node_filesystem_size_bytes", labels), used + left),
      steady(node("node_filesystem_free_bytes", labels), left),
      steady(node("node_filesystem_avail_bytes", labels), left),
    ];
  };
  const layer = "/var/lib/containerd/io.containerd.snapshotter.v1.zfs/snapshots/7/fs";
  /** A connector as its metrics page shows it; measured on one that never reached the edge: `trying`. */
  const connector = (instance: string, state: "quic" | "http2" | "lost" | "trying") => [
    steady(`cloudflared_tunnel_ha_connections{instance="${instance}"}`, state === "trying" ? 1 : 4),
    ...(state === "trying"
      ? []
      : [steady(`cloudflared_tunnel_tunnel_register_success{instance="${instance}"}`, 4)]),
    ...(state === "quic" || state === "lost"
      ? [
          climbing(
            `quic_client_receive_bytes{instance="${instance}",conn_index="0"}`,
            state === "quic" ? 9 : 0,
          ),
        ]
      : []),
  ];
  const monitor = (metric: string, value: number) =>
    steady(`${metric}{instance="home",monitor_name="Forgejo"}`, value);
  const up = (job: string, value: number) => steady(`up{instance="home",job="${job}"}`, value);

  // alert, when it is looked at, series, how many fire
  const cases = [
    ["HostDown", "3m", [up("node", 0)], 1],
    ["HostDown", "1m", [up("node", 0)], 0],
    ["HostDown", "3m", [up("node", 1), up("prometheus", 0)], 0],
    // 77 of 90 are 85.6 %, 76 of 89 are 85.4 %, 75 of 88.
    ["DiskFilling", "16m", disk(23), 1],
    ["DiskFilling", "14m", disk(23), 0],
    ["DiskFilling", "16m", disk(25), 0],
    ["DiskFilling", "16m", disk(1, "tmpfs"), 0],
    ["DiskFilling", "16m", disk(1, "nfs4"), 0],
    ["DiskFilling", "16m", disk(1, "erofs"), 0],
    // The same disk mounted twice, and a pool of four file systems, of which one is a layer of an image.
    ["DiskFilling", "16m", [...disk(1), ...disk(1, "ext4", "/dev/sda2", "/srv")], 1],
    [
      "DiskFilling",
      "16m",
      [
        ...dataset("tank", "/tank", 0, 10),
        ...dataset("tank/home", "/home", 50, 10),
        ...dataset("tank/srv", "/srv", 40, 10),
        ...dataset("tank/layers/7", layer, 900, 10),
      ],
      1,
    ],
    ["DiskFilling", "16m", [...dataset("tank", "/tank", 1, 20), ...dataset("tank/7", layer, 900, 20)], 0],
    ["MemoryPressure", "11m", memory(399, 1000, 499), 1],
    ["MemoryPressure", "11m", memory(399, 1000, 500), 0],
    ["MemoryPressure", "11m", memory(400, 1000, 0), 0],
    ["MemoryPressure", "11m", memory(399, 0, 0), 1],
    [
      "Swapping",
      "30m",
      [climbing(node("node_vmstat_pswpin"), 100_000), climbing(node("node_vmstat_pswpout"), 100_000)],
      1,
    ],
    [
      "Swapping",
      "30m",
      [climbing(node("node_vmstat_pswpin"), 50_000), climbing(node("node_vmstat_pswpout"), 50_000)],
      0,
    ],
    ["TunnelConnectorsMissing", "8m", [...connector("a", "quic"), ...connector("b", "http2")], 0],
    ["TunnelConnectorsMissing", "8m", [...connector("a", "quic"), ...connector("b", "lost")], 1],
    ["TunnelConnectorsMissing", "8m", [...connector("a", "quic"), ...connector("b", "trying")], 1],
    ["TunnelConnectorsMissing", "4m", [...connector("a", "quic"), ...connector("b", "trying")], 0],
    ["TunnelConnectorsMissing", "6m", [], 1],
    ["ServiceDown", "6m", [monitor("monitor_status", 0)], 1],
    ["ServiceDown", "6m", [monitor("monitor_status", 3)], 0],
    ["CertificateExpiring", "61m", [monitor("monitor_cert_days_remaining", 13)], 1],
    ["CertificateExpiring", "61m", [monitor("monitor_cert_days_remaining", 14)], 0],
    ["RestartLoop", "31m", [climbing('process_start_time_seconds{instance="home",job="litellm"}', 60)], 1],
    ["RestartLoop", "31m", [steady('process_start_time_seconds{instance="home",job="litellm"}', 60)], 0],
    ["TargetDown", "11m", [up("cloudflared", 0)], 1],
    ["TargetDown", "11m", [up("node", 0)], 0],
  ] as const;

  test("every alert has a case in which it fires and one in which it does not", () => {
    const names = parse(alertRules(2)).groups[0].rules.map(({ alert }: { alert: string }) => alert);
    for (const fires of [0, 1]) {
      const tested = cases.filter(([, , , count]) => count === fires).map(([name]) => name);
      expect([...new Set(tested)].sort()).toEqual(names.toSorted());
    }
  });

  test("every alert fires when it should, and not before or otherwise", () => {
    write("alerts.yml", alertRules(2));
    const tests = cases.map(([alertname, at, series, count], i) => ({
      name: `${i} ${alertname} at ${at}`,
      interval: "1m",
      input_series: series,
      promql_expr_test: [
        {
          expr: `count(ALERTS{alertname="${alertname}",alertstate="firing"}) or vector(0)`,
          eval_time: at,
          exp_samples: [{ labels: "{}", value: count }],
        },
      ],
    }));
    const name = write(
      "tests.yml",
      stringify({ rule_files: ["alerts.yml"], evaluation_interval: "1m", tests }),
    );
    const { status, stdout, stderr } = promtool("test", "rules", name);
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  test("a wire counts once, whatever is built on top of it", () => {
    const carried = (device: string) =>
      climbing(node("node_network_receive_bytes_total", `,device="${device}"`), 6_000_000);
    const named = (device: string, how: number) =>
      steady(node("node_network_name_assign_type", `,device="${device}"`), how);
    const made = [carried("eno1.10"), named("eno1.10", 3), carried("br0"), named("br0", 3)];
    const cases = [
      ["a card, a VLAN, a bridge and a tunnel", [carried("eno1"), named("eno1", 4), ...made, carried("wg0")]],
      ["a card whose name the kernel chose", [carried("eth0"), named("eth0", 1)]],
      ["a container, whose interface was made", [carried("eth0"), named("eth0", 3)]],
    ] as const;
    const tests = cases.map(([name, input_series]) => ({
      name,
      interval: "1m",
      input_series,
      promql_expr_test: [
        {
          expr: wireBytes("receive", 'instance="home"', "[5m]"),
          eval_time: "10m",
          exp_samples: [{ labels: '{instance="home"}', value: 100_000 }],
        },
      ],
    }));
    const name = write("wires.yml", stringify({ evaluation_interval: "1m", tests }));
    const { status, stdout, stderr } = promtool("test", "rules", name);
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  test("an alert tells the host, the number and the remedy", () => {
    write("alerts.yml", alertRules(2));
    const [rule] = parse(alertRules(2)).groups[0].rules.filter(
      ({ alert }: { alert: string }) => alert === "DiskFilling",
    );
    const text = stringify({
      rule_files: ["alerts.yml"],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: disk(4),
          alert_rule_test: [
            {
              eval_time: "20m",
              alertname: "DiskFilling",
              exp_alerts: [
                {
                  exp_labels: { instance: "home", device: "/dev/sda2" },
                  exp_annotations: {
                    summary: "home: /dev/sda2 is 100 % full",
                    remedy: rule.annotations.remedy,
                  },
                },
              ],
            },
          ],
        },
      ],
    });
    const { status, stdout, stderr } = promtool("test", "rules", write("texts.yml", text));
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });
});
