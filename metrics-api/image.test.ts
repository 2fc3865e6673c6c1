import { execFileSync } from "node:child_process";
import { statfs } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "./src/testing/eventually.ts";
import { onFreePort } from "./src/testing/free-port.ts";
import type { HostMetrics } from "./src/types.ts";

/**
 * The image for real: built, run as the program runs it (host network, host PIDs, the host's root mounted read-only)
 * and with every right taken away. Needs a Docker daemon and the base image (KITESTACKS_NODE_IMAGE names another).
 */
const context = fileURLToPath(new URL(".", import.meta.url));
const nodeImage = process.env["KITESTACKS_NODE_IMAGE"] ?? "node:24-alpine";
const tag = "kitestacks-metrics-api:test";

function docker(...words: string[]): string {
  return execFileSync("docker", words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 300_000,
  }).trim();
}

function works(...words: string[]): boolean {
  try {
    docker(...words);
    return true;
  } catch {
    return false;
  }
}

const hasDocker = works("version");
const hasBase = hasDocker && (works("image", "inspect", nodeImage) || works("pull", "--quiet", nodeImage));
const missing = hasDocker
  ? `the base image ${nodeImage}; pull it, or name another in KITESTACKS_NODE_IMAGE`
  : "a Docker daemon; install docker.io and start dockerd";
/** A continuous check must not pass for lack of a tool. */
const isRequired = process.env["KITESTACKS_REQUIRE_TOOLS"] === "1";
const title = "the image serves the host's numbers without root, rights or node_modules";

test.skipIf(!hasBase && !isRequired)(
  hasBase || isRequired ? title : `${title} (skipped: needs ${missing})`,
  { timeout: 600_000 },
  async () => {
    if (!hasBase) throw new Error(`This test needs ${missing}.`);
    docker("build", "--network", "host", "--build-arg", `NODE_IMAGE=${nodeImage}`, "--tag", tag, context);
    expect(docker("image", "inspect", "--format", "{{.Config.User}}", tag)).toBe("65534:65534");
    expect(docker("run", "--rm", "--network", "none", tag, "ls", "/app").split("\n")).toSatisfy(
      (files: string[]) => files.includes("main.mjs") && files.every((file) => file.endsWith(".mjs")),
    );

    const { container, address } = await onFreePort(runContainer);
    const metrics = (await (await fetch(`${address}/api/metrics`)).json()) as HostMetrics;
    const root = metrics.disks.find(({ mount }) => mount === "/");
    const { blocks, bsize } = await statfs("/");
    expect(root?.totalBytes).toBe(blocks * bsize);
    // The host's processes, not the two of the container.
    expect(metrics.processCount).toBeGreaterThan(5);

    docker("stop", "--time", "10", container);
    expect(docker("inspect", "--format", "{{.State.ExitCode}}", container)).toBe("0");
  },
);

/** @throws when the program ends at once, with what it said */
async function runContainer(port: number): Promise<{ container: string; address: string }> {
  const variables = { LISTEN: `127.0.0.1:${port}`, HOST_NAME: "attic", HOST_ROOT: "/host" };
  const container = docker(
    ...[
      "run",
      "--detach",
      "--network",
      "host",
      "--pid",
      "host",
      "--volume",
      "/:/host:ro",
      "--memory",
      "128m",
    ],
    ...["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
    ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    tag,
  );
  onTestFinished(() => {
    docker("rm", "--force", container);
  });
  const address = `http://127.0.0.1:${port}`;
  const isRunning = () => docker("inspect", "--format", "{{.State.Running}}", container) === "true";
  const answers = () => works("exec", container, "wget", "-q", "-O", "/dev/null", `${address}/api/health`);
  await eventually(() => !isRunning() || answers()).toBe(true);
  if (!isRunning()) throw new Error(`The container ended at its start: ${docker("logs", container)}`);
  return { container, address };
}
