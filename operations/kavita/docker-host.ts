import { spawn } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { DockerConnection } from "../../settings/settings.ts";
import { UnreachableError } from "../inventory/answers.ts";
import { HostError } from "./refused.ts";

/** Docker's command line on one host. */
export interface DockerHost {
  readonly name: string;
  /**
   * @param files what it reads and where its output goes, instead of nothing and the answer
   * @throws HostError with what it wrote
   */
  docker(words: readonly string[], files?: { readonly from?: string; readonly to?: string }): Promise<string>;
}

/** @param address the host's tailnet address or name, for SSH */
export function dockerHost(name: string, connection: DockerConnection, address: string): DockerHost {
  return {
    name,
    docker: (words, files = {}) => {
      const isLocal = connection.kind === "socket";
      const child = isLocal
        ? spawn("docker", words, { env: { ...process.env, DOCKER_HOST: connection.url } })
        : spawn("ssh", [
            "-o",
            "BatchMode=yes",
            ...connection.sshOptions,
            `${connection.user}@${address}`,
            ["docker", ...words.map(quoted)].join(" "),
          ]);
      return answerOf(name, words, child, files);
    },
  };
}

/** Exit code of ssh itself; Docker's own are below it. */
const sshFailed = 255;

/** SSH hands one line to the shell of the other side. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

async function answerOf(
  host: string,
  words: readonly string[],
  child: ReturnType<typeof spawn>,
  { from, to }: { readonly from?: string; readonly to?: string },
): Promise<string> {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null)
    throw new Error("docker was started without its streams");
  let out = "";
  let wrong = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    wrong += text;
  });
  const ended = new Promise<number | null>((done, failed) => {
    child.on("error", failed);
    child.on("close", done);
  });
  stdin.on("error", () => {
    // It ended before it had read everything; its exit code tells.
  });
  const fed =
    from === undefined ? stdin.end() : pipeline(createReadStream(from), stdin).catch(() => undefined);
  const kept =
    to === undefined
      ? stdout.setEncoding("utf8").on("data", (text: string) => {
          out += text;
        })
      : pipeline(stdout, createWriteStream(to));
  const [code] = await Promise.all([ended, fed, kept]);
  if (code === 0) return out;
  if (code === sshFailed) throw new UnreachableError(`${host} does not answer over SSH: ${wrong.trim()}`);
  throw new HostError(
    `docker ${words[0] ?? ""} on ${host} ended with ${code}: ${wrong.trim() || "it said nothing"}`,
  );
}
