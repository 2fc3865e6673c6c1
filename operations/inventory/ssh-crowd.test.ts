import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerConnection, host } from "../../settings/schema/host.ts";
import { type ApiServer, startApiServer } from "../testing/api-server.ts";
import { maySkipSshd, type Sshd, sshdRemedy, startSshd } from "../testing/sshd.ts";
import { dockerInventory } from "./docker.ts";

/** More than sshd lets log in at once (MaxStartups 10:30:100), and more than share one connection (MaxSessions 10). */
const CROWD = 24;

const isLinuxRoot = process.platform === "linux" && userInfo().uid === 0;

/** The options of a host whose stack file says these. */
function optionsOf(user: string, sshOptions: readonly string[]): readonly string[] {
  const connection = dockerConnection(
    host.parse({ role: "hub", ramMiB: 4096, swapMiB: 0, docker: `ssh://${user}@tailnet`, sshOptions }),
  );
  return connection.kind === "ssh" ? connection.sshOptions : [];
}

describe.skipIf(maySkipSshd)(`sessions over a real sshd with its defaults${sshdRemedy}`, () => {
  let docker: ApiServer;
  let sshd: Sshd;
  beforeAll(async () => {
    docker = await startApiServer(() => ({ json: "OK" }), { socket: true });
    sshd = await startSshd(docker.socket);
  });
  afterAll(async () => {
    await sshd.close();
    docker.close();
  });

  const shared = () => join(sshd.folder, "shared-%C");
  const own = () => [...sshd.sshOptions, `ControlPath=${shared()}`];

  /** As Docker's connection helper calls ssh (docker/cli 28.5.2, cli/connhelper), which the provider is built with. */
  const argumentsFor = (options: readonly string[]) => [
    ...["-l", sshd.user, ...optionsOf(sshd.user, options), "-T"],
    ...["--", "127.0.0.1", "docker system dial-stdio"],
  ];
  /** What Docker answers through a session, or ssh's own words. */
  const asked = async (child = spawn("ssh", argumentsFor(own()))): Promise<string> => {
    child.stdin.on("error", () => {
      // The session ended before it was asked; its words tell why.
    });
    child.stdin.write("GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n");
    const [answer, words] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return answer.includes('"OK"') ? "OK" : words;
  };
  const askedByCrowd = async () => {
    const answers = await Promise.all(Array.from({ length: CROWD }, () => asked()));
    return answers.filter((answer) => answer !== "OK");
  };
  const endSharedConnection = (path = shared()) =>
    spawnSync("ssh", ["-O", "exit", ...argumentsFor([`ControlPath=${path}`, ...sshd.sshOptions])]);

  test("none is lost, neither from cold nor where a connection is shared already", async () => {
    expect(await askedByCrowd()).toEqual([]);
    expect(await askedByCrowd()).toEqual([]);
    endSharedConnection();
  }, 180_000);

  test("a host that is not there is named in words of the connection itself", async () => {
    const options = optionsOf(sshd.user, ["Port=1", ...own()]);
    const connection = { kind: "ssh" as const, user: sshd.user, sshOptions: options, ownOptions: [] };
    await expect(dockerInventory({ host: "monk", connection, address: "127.0.0.1" })).rejects.toMatchObject({
      exitCode: 3,
      message: "The Docker of monk does not answer: connect ECONNREFUSED 127.0.0.1:1",
    });
  });

  test.skipIf(!isLinuxRoot)(
    `whoever has no ~/.ssh gets one for themselves alone${isLinuxRoot ? "" : " (needs root on Linux)"}`,
    async () => {
      const home = join(sshd.folder, "home");
      mkdirSync(home);
      const passwd = join(sshd.folder, "passwd");
      const { username, uid, gid } = userInfo();
      writeFileSync(passwd, `${username}:x:${uid}:${gid}::${home}:/bin/sh\n`);
      const script = `mount --bind ${passwd} /etc/passwd && exec ssh "$@"`;
      const shared = `${home}/.ssh/kitestacks-%C`;
      const arguments_ = argumentsFor(sshd.sshOptions);
      expect(await asked(spawn("unshare", ["-m", "sh", "-c", script, "ssh", ...arguments_]))).toBe("OK");
      expect(statSync(join(home, ".ssh")).mode & 0o777).toBe(0o700);
      expect(readdirSync(join(home, ".ssh"))).toHaveLength(1);
      endSharedConnection(shared);
    },
  );
});

test("the options are the same text everywhere, and safe in every shell that ssh may start them with", () => {
  const [knock = ""] = optionsOf("root", []).filter((option) => option.startsWith("ProxyCommand="));
  const [, program = "", words] = /^ProxyCommand=node -e '(.*)' (.*)$/s.exec(knock) ?? [];
  expect(words).toBe("%h %p");
  expect(program).toContain("knock();");
  expect(program).not.toMatch(/['\\%!\n]/);
  expect(program).not.toContain(import.meta.dirname.split("/")[1]);
});
