import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Answer, apiServer, type Request } from "../testing/api-server.ts";
import { dockerInventory } from "./docker.ts";
import { noAnswerAtSocket, noAnswerOverSsh } from "./no-answer.ts";

/** As Docker Engine's API 1.41 answers. */
function docker({ path }: Request): Answer {
  if (path === "/containers/json")
    return {
      json: [
        {
          Id: "c1",
          Names: ["/grafana"],
          Image: "grafana/grafana:13.2.3",
          State: "running",
          Ports: [
            { PrivatePort: 3000, Type: "tcp" },
            { IP: "0.0.0.0", PrivatePort: 3000, PublicPort: 3001, Type: "tcp" },
          ],
          Mounts: [
            { Type: "volume", Name: "grafana-data", Destination: "/var/lib/grafana" },
            { Type: "bind", Source: "/srv", Destination: "/srv" },
          ],
        },
      ],
    };
  if (path === "/networks")
    return {
      json: ["bridge", "host", "none", "kitestacks"].map((Name) => ({
        Id: `id-${Name}`,
        Name,
        IPAM: { Driver: "default", Config: [{ Subnet: "172.30.0.0/24", Gateway: "172.30.0.1" }] },
      })),
    };
  if (path === "/volumes") return { json: { Volumes: [{ Name: "grafana-data" }], Warnings: null } };
  return { status: 404, json: { message: "page not found" } };
}

const found = {
  containers: [
    {
      id: "c1",
      name: "grafana",
      image: "grafana/grafana:13.2.3",
      running: true,
      ports: [{ address: "0.0.0.0", port: 3001, protocol: "tcp" }],
      volumes: ["grafana-data"],
    },
  ],
  networks: [{ id: "id-kitestacks", name: "kitestacks", subnet: "172.30.0.0/24" }],
  volumes: [{ name: "grafana-data" }],
};

/** A `ssh` on PATH that runs this script in its place. */
function fakeSsh(script: string): void {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-ssh-"));
  writeFileSync(join(folder, "ssh"), `#!${process.execPath}\n${script}`);
  chmodSync(join(folder, "ssh"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
}

describe("Docker", () => {
  const overSsh = {
    host: "monk",
    connection: {
      kind: "ssh" as const,
      user: "root",
      sshOptions: ["-o", "ControlPersist=60"],
      ownOptions: [],
    },
    address: "100.64.0.1",
  };

  test("through its socket", async () => {
    const { socket } = await apiServer(docker, { socket: true });
    const connection = { kind: "socket" as const, url: `unix://${socket}` };
    expect(await dockerInventory({ host: "monk", connection, address: "" })).toEqual(found);
  });

  test("through SSH, as the provider does it", async () => {
    const { socket } = await apiServer(docker, { socket: true });
    fakeSsh(`
      const expected = "-o BatchMode=yes -o ControlPersist=60 -l root -- 100.64.0.1 docker system dial-stdio";
      if (process.argv.slice(2).join(" ") !== expected) { console.error(process.argv.slice(2).join(" ")); process.exit(9); }
      const socket = require("node:net").connect(${JSON.stringify(socket)});
      process.stdin.pipe(socket); socket.pipe(process.stdout);`);
    expect(await dockerInventory(overSsh)).toEqual(found);
  });

  /** Ends as ssh would, its words a moment after its streams: they arrive on their own. */
  const sshEnds = (code: number, ...words: readonly string[]) =>
    fakeSsh(`
      require("node:fs").closeSync(1);
      setTimeout(() => { console.error(${JSON.stringify(words.join("\n"))}); process.exitCode = ${code}; }, 50);`);

  test.each([
    ["ssh: connect to host 100.64.0.1 port 22: No route to host"],
    ["ssh: connect to host 100.64.0.1 port 22: Connection refused"],
    ["ssh: connect to host 100.64.0.1 port 22: Connection timed out"],
    ["ssh: Could not resolve hostname monk: Name or service not known"],
    ["kex_exchange_identification: read: Connection reset by peer"],
    ["Connection closed by 100.64.0.1 port 22"],
  ])("a host that ssh does not reach is unreachable, in ssh's words: %s", async (words) => {
    sshEnds(255, words);
    await expect(dockerInventory(overSsh)).rejects.toMatchObject({
      exitCode: 3,
      message: `The Docker of monk does not answer: ${words}`,
    });
  });

  test.each([
    [
      255,
      ["root@100.64.0.1: Permission denied (publickey,password)."],
      "root@100.64.0.1: Permission denied (publickey,password).; put the public key of whoever runs this into the user's authorized_keys there, or name another one with IdentityFile=… in kitestacks:host.sshOptions",
    ],
    [
      255,
      [
        "tailscale: tailnet policy does not permit you to SSH to this node",
        "Connection closed by 100.64.0.1",
      ],
      "tailscale: tailnet policy does not permit you to SSH to this node; try by hand what it wants: ssh root@100.64.0.1 docker version",
    ],
    [
      127,
      ["bash: line 1: docker: command not found"],
      "bash: line 1: docker: command not found; install Docker there, on the PATH of a shell that nobody types into",
    ],
    [
      1,
      [
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
      ],
      "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock; let whoever asks use Docker there: usermod -aG docker <user>",
    ],
    [
      1,
      ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"],
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?; start Docker there: systemctl start docker",
    ],
    [
      0,
      [],
      "ssh ended with 0 and said nothing; try by hand what it wants: ssh root@100.64.0.1 docker version",
    ],
  ] as const)("a host that lets nobody ask is a failure with a remedy (%i %s)", async (code, words, why) => {
    sshEnds(code, ...words);
    await expect(dockerInventory(overSsh)).rejects.toMatchObject({
      exitCode: 1,
      message: `The Docker of monk cannot be asked: ${why}`,
    });
  });

  test.each(["ECONNREFUSED", "EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ETIMEDOUT"])(
    "a host that our ProxyCommand does not reach is unreachable, in its words: %s",
    async (reason) => {
      const words = `connect ${reason} 100.64.0.1:22`;
      sshEnds(
        255,
        `Received disconnect from UNKNOWN port 65535:11: ${words}`,
        "Disconnected from UNKNOWN port 65535",
      );
      await expect(dockerInventory(overSsh)).rejects.toMatchObject({
        exitCode: 3,
        message: `The Docker of monk does not answer: ${words}`,
      });
    },
  );

  test("a host that keeps silent for too long is unreachable", () => {
    const ended = { code: undefined, said: "" };
    expect(noAnswerOverSsh("monk", ended, "ssh root@100.64.0.1", "aborted due to timeout")).toMatchObject({
      exitCode: 3,
      message: "The Docker of monk does not answer: aborted due to timeout",
    });
  });

  test("a machine without ssh is told to get it", async () => {
    vi.stubEnv("PATH", "/nowhere");
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(dockerInventory(overSsh)).rejects.toMatchObject({
      exitCode: 1,
      message:
        "The Docker of monk cannot be asked: spawn ssh ENOENT; install OpenSSH's client on this machine",
    });
  });

  test("a socket that nobody listens on is unreachable; one without the right to it is a failure", async () => {
    const at = (path: string) =>
      dockerInventory({
        host: "shed",
        connection: { kind: "socket", url: `unix://${path}` },
        address: "",
      });
    await expect(at("/nowhere/docker.sock")).rejects.toMatchObject({
      exitCode: 3,
      message: "The Docker of shed does not answer: connect ENOENT /nowhere/docker.sock",
    });
    const refused = new Error("connect EACCES /run/docker.sock");
    expect(noAnswerAtSocket("shed", refused)).toMatchObject({
      exitCode: 1,
      message:
        "The Docker of shed cannot be asked: connect EACCES /run/docker.sock; let whoever asks use Docker there: usermod -aG docker <user>",
    });
  });
});
