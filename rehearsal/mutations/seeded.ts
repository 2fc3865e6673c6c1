import { inApplications } from "./in-applications.ts";
import type { Mutation } from "./mutation.ts";

/** Where a rule of the plan would refuse the bug first, that rule is broken with it: the rehearsal is what is tested. */
export const seeded: readonly Mutation[] = [
  {
    bug: "ports published on 0.0.0.0",
    edits: [
      {
        file: "components/container.ts",
        old: "ip: toInput(address, lookup),",
        text: 'ip: toInput(address, lookup) && "0.0.0.0",',
      },
    ],
    caughtBy: { broken: ["P2", "P3", "P4"], words: "publishes 0.0.0.0:9443, every address of the host" },
  },
  {
    bug: "a host without a guard against its neighbours",
    edits: [
      {
        file: "components/host.ts",
        old: "const guard = firstRun.onHost(plan.guard);",
        text: "const guard = network;",
      },
    ],
    caughtBy: { broken: ["P2"], words: "answers at 100.64.0.1 on every interface" },
  },
  {
    bug: "a member whose Authentik signs with another key",
    edits: [
      {
        file: "components/hub-reference.ts",
        old: "required(secrets[name],",
        text: 'required(secrets[name === "authentik.secretKey" ? "grafana.secretKey" : name],',
      },
    ],
    caughtBy: { broken: ["P4"], words: "AUTHENTIK_SECRET_KEY differs from the one of authentik" },
  },
  {
    bug: "any device of the tailnet for the new VPS",
    edits: [
      {
        file: "plan/joined-device.ts",
        old: "const own = made.filter(({ hostname }) => hostname === joinName(host, key.id));",
        text: "const own = devices;",
      },
    ],
    caughtBy: { failure: "More than one device may be " },
  },
  {
    bug: "ingress to the wrong port",
    edits: [{ file: "plan/ingress.ts", old: "service.port}", text: "service.port + 1}" }],
    caughtBy: { broken: ["P1"], words: "expected port 3001 on every address" },
  },
  {
    bug: "ingress without a catch-all",
    edits: [{ file: "plan/ingress.ts", old: "ingress: [...rules, catchAll],", text: "ingress: rules," }],
    caughtBy: { failure: "The last ingress rule must match all URLs" },
  },
  {
    bug: "the database on the public address as well",
    edits: [
      {
        file: "plan/containers.ts",
        old: "return tailnetPorts.map(({ port }) => ({ address: host.address, port, target: port }));",
        text: `return tailnetPorts.flatMap(({ port }) =>
    [host.address, ...(port === 5432 ? [[{ ref: "address", host: "the Internet" }]] : [])].map(
      (address) => ({ address, port, target: port }),
    ),
  );`,
      },
      {
        file: "components/hub.ts",
        old: "address: () => address }",
        text: 'address: (host) => (host === "the Internet" ? this.publicAddress : address) }',
      },
      {
        file: "components/hub.ts",
        old: 'const vps = server.mode === "none" ? undefined : this.vps(plan, server, args);',
        text: "const vps = this.vps(plan, server, args);\n    this.publicAddress = vps.server.ipv4Address;",
      },
    ],
    caughtBy: { broken: ["P2", "P3"], words: "5432, a public address" },
  },
  {
    bug: "volumes with protect",
    edits: [
      {
        file: "components/host.ts",
        old: "retainOnDelete: true,",
        text: "retainOnDelete: true, protect: true,",
      },
    ],
    caughtBy: { broken: ["P8"], words: "is protected: removing its service would stop the whole up" },
  },
  {
    bug: "memory limits over the budget",
    edits: [
      { file: "plan/memory.ts", old: "if (memory === undefined) return [];", text: "return [];" },
      { file: "plan/containers.ts", old: "memoryMiB: limit,", text: "memoryMiB: limit * 2," },
      {
        file: "plan/containers.ts",
        old: "memorySwapMiB: limit + swap,",
        text: "memorySwapMiB: limit * 2 + swap,",
      },
    ],
    caughtBy: { broken: ["P7"], words: "the memory limits of its containers add up to" },
  },
  {
    bug: "Prometheus asking a node-exporter by its container's name",
    edits: [
      {
        file: "catalogue/prometheus.ts",
        old: "host.address}:",
        text: '(port === 9100 ? "node-exporter" : host.address)}:',
      },
    ],
    caughtBy: { broken: ["P10"], words: "scrapes node-exporter:9100, a container's name" },
  },
  {
    bug: "the tunnel token in a label",
    edits: [
      {
        file: "components/container.ts",
        old: "envs: environment(plan, lookup),",
        text: `envs: environment(plan, lookup),
    labels: Object.entries(plan.environment)
      .filter(([label]) => label === "TUNNEL_TOKEN")
      .map(([label, value]) => ({ label, value: toInput(value, lookup) })),`,
      },
    ],
    caughtBy: { broken: ["P5"], words: "a label of cloudflared" },
  },
  {
    bug: "a policy that lets everyone in",
    edits: [
      {
        file: "plan/tailnet-policy.ts",
        old: "{ src: ours, dst: hub, ip: ports.hub.map(tcp) },",
        text: '{ src: ["*"], dst: hub, ip: ports.hub.map(tcp) },',
      },
      {
        file: "plan/tailnet-policy.ts",
        old: "deny: [...endpoints(hub, ports.hub), ...endpoints(ours, [22, ...ports.everywhere])],",
        text: "deny: endpoints(ours, [22, ...ports.everywhere]),",
      },
    ],
    caughtBy: { broken: ["P3"], words: "lets more than our hosts reach Postgres" },
  },
  {
    bug: "a policy that lets everyone in, against its own tests",
    edits: [
      {
        file: "plan/tailnet-policy.ts",
        old: "{ src: ours, dst: hub, ip: ports.hub.map(tcp) },",
        text: '{ src: ["*"], dst: hub, ip: ports.hub.map(tcp) },',
      },
    ],
    caughtBy: { failure: "Failed to set ACL: test(s) failed" },
  },
  {
    bug: "a host connected to another host's Docker",
    edits: [
      {
        file: "components/host.ts",
        old: "{toInput(address, lookup)}",
        text: '{lookup.address("the hub")}',
      },
    ],
    caughtBy: { failure: "network with name kitestacks already exists" },
  },
  {
    bug: "a health check with a tool that the image does not have",
    edits: [
      {
        file: "catalogue/prometheus.ts",
        old: 'import { wget } from "./health.ts";',
        text: 'import { curl as wget } from "./health.ts";',
      },
    ],
    caughtBy: { failure: "its health check calls curl, which the image prom/prometheus" },
  },
  {
    bug: "a health check with the password among its arguments",
    edits: [
      {
        file: "catalogue/redis.ts",
        old: '["sh", "-c", "redis-cli ping | grep -q PONG"]',
        text: '["redis-cli", "-a", [secret("redis.password")], "ping"]',
      },
    ],
    caughtBy: { broken: ["P5"], words: "the health check of redis" },
  },
  {
    bug: "generated secrets whose id is their value",
    edits: [
      {
        file: "components/secret-bytes.ts",
        old: 'import { RandomPassword, type RandomPasswordArgs } from "@pulumi/random/randomPassword.js";',
        text: `import { RandomBytes } from "@pulumi/random/randomBytes.js";
import type { RandomPasswordArgs } from "@pulumi/random/randomPassword.js";`,
      },
      {
        file: "components/secret-bytes.ts",
        old: "return new RandomPassword(name, { length: 2 * count, ...digits, ...noOthers, ...args }, options).result;",
        text: "return new RandomBytes(name, { length: count, ...args }, options).hex;",
      },
    ],
    caughtBy: { broken: ["P5"], words: "holds the secret forgejo.secretKey" },
  },
  ...inApplications,
  {
    bug: "secrets that reach a member as plain text",
    edits: [
      {
        file: "components/hub-reference.ts",
        old: "shared.apply(({ secrets }) =>",
        text: "pulumi.unsecret(shared).apply(({ secrets }) =>",
      },
    ],
    caughtBy: { broken: ["P5"], words: "in plain text" },
  },
  {
    bug: "containers without a limit on their swap",
    edits: [{ file: "components/container.ts", old: "memorySwap: plan.memorySwapMiB,", text: "" }],
    caughtBy: { broken: ["P8"], words: "Container" },
    settling: true,
  },
  {
    bug: "an up that ends well on a host that stands still",
    edits: [
      { file: "components/host.ts", old: "await look.roomAndStart();", text: "" },
      { file: "components/host.ts", old: "await look.everythingRuns();", text: "" },
    ],
    caughtBy: { broken: ["P8"], words: "containers of the plan stood still" },
    dockerDies: true,
  },
];
