import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../../rehearsal/serve/free-port.ts";

const server = "/usr/sbin/sshd";

const missing = [
  ...(existsSync(server) ? [] : ["openssh-server"]),
  ...["ssh", "docker"].filter((tool) => spawnSync(tool, ["-V"]).error !== undefined),
];

/** What is appended to the name of a test that needs a real sshd and Docker's command line; "" where both are here. */
export const sshdRemedy = missing.length === 0 ? "" : ` (not here: ${missing.join(", ")}; install them)`;

/** With KITESTACKS_REQUIRE_TOOLS=1 the tests run all the same, and fail. */
export const maySkipSshd = missing.length > 0 && process.env["KITESTACKS_REQUIRE_TOOLS"] !== "1";

export interface Sshd {
  readonly user: string;
  /** What a person's `sshOptions` would say to reach it. */
  readonly sshOptions: readonly string[];
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/**
 * An sshd of our own with OpenSSH's defaults, on a port of the loopback interface. Whoever runs the test may log in, and
 * finds a Docker there.
 * @param docker path of the socket at which it answers
 */
export async function startSshd(docker: string): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-sshd-"));
  const key = (name: string) => {
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
    return join(folder, name);
  };
  const port = await freePort();
  const identity = key("identity");
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${key("host")}`,
    `PidFile ${join(folder, "pid")}`,
    `AuthorizedKeysFile ${identity}.pub`,
    `SetEnv DOCKER_HOST=unix://${docker}`,
    // The folder is a temporary one, which anybody may write to; and no account of this machine is asked about.
    "StrictModes no",
    "UsePAM no",
  ];
  writeFileSync(join(folder, "config"), `${lines.join("\n")}\n`);
  // Debian's service makes it; sshd, started as root, refuses to be without.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const child = spawn(server, ["-D", "-e", "-f", join(folder, "config")], { stdio: "ignore" });
  const ended = new Promise<void>((done) => {
    child.on("close", () => done());
  });
  while (!existsSync(join(folder, "pid"))) {
    if (child.exitCode !== null)
      throw new Error(`sshd ended: ${readFileSync(join(folder, "config"), "utf8")}`);
    await setTimeout(50);
  }
  return {
    user: userInfo().username,
    sshOptions: [`Port=${port}`, `IdentityFile=${identity}`, "IdentitiesOnly=yes"],
    folder,
    close: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
