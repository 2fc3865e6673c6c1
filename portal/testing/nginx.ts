import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type PortalInput, portalFiles } from "../../plan/portal-files.ts";
import { freePort, onFreePort } from "../../rehearsal/serve/free-port.ts";
import { nginxPath } from "./tools.ts";

const portal = join(import.meta.dirname, "..");
const PARTS = ["headers.conf", "site.conf", "api.conf", "lights.conf"];
const NOBODY = 65_534;
const START_LIMIT_MS = 20_000;

export type NginxOptions = {
  input: PortalInput;
  apiPort: number;
  namesPort: number;
  /** Instead of the configuration's 20 per second and visitor, like `1r/m`. */
  rate?: string;
};
export type RunningNginx = { url: string; accessLog(): Record<string, unknown>[]; close(): Promise<void> };

/**
 * The real configuration under a real nginx in a folder of its own. Only what would collide with this machine is
 * replaced: ports, the name server's address and the absolute paths; and the rate where a test names another.
 */
export function startNginx(options: NginxOptions): Promise<RunningNginx> {
  return onFreePort(async (port) => startOn(port, await freePort(), options));
}

async function startOn(port: number, inner: number, options: NginxOptions): Promise<RunningNginx> {
  const root = mkdtempSync(join(tmpdir(), "kitestacks-nginx-"));
  writeConfiguration(root, options, port, inner);
  const nginx = nginxPath ?? "nginx";
  const configuration = ["-c", join(root, "etc/nginx.conf"), "-g", "daemon off;"];
  const user = unprivileged(root);
  const checked = spawnSync(nginx, ["-t", ...configuration], { encoding: "utf8", ...user });
  if (checked.status !== 0)
    throw new Error(`nginx -t refuses it: ${checked.error?.message ?? checked.stderr}`);
  const child = spawn(nginx, configuration, { stdio: ["ignore", "ignore", "pipe"], ...user });
  const close = async () => {
    await stop(child);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await listening(child, join(root, "nginx.pid"));
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, accessLog: () => entries(join(root, "access.log")), close };
}

/**
 * nginx never runs as root here, as in its container: a root test run becomes "nobody", who owns the folder.
 */
function unprivileged(root: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const path of ["", ...readdirSync(root, { recursive: true, encoding: "utf8" })]) {
    chownSync(join(root, path), NOBODY, NOBODY);
  }
  return { uid: NOBODY, gid: NOBODY };
}

/** As the Dockerfile does it. */
function compress(folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/\.(css|js|svg)$/.test(path)) continue;
    writeFileSync(join(folder, `${path}.gz`), gzipSync(readFileSync(join(folder, path)), { level: 9 }));
  }
}

function writeConfiguration(
  root: string,
  { input, apiPort, namesPort, rate = "20r/s" }: NginxOptions,
  port: number,
  inner: number,
) {
  const replacements: [from: string, to: string][] = [
    // First: what the other lines put in may itself lie below /tmp.
    [" /tmp/", ` ${root}/`],
    ["listen 80 ", `listen 127.0.0.1:${port} `],
    ["127.0.0.1:8081", `127.0.0.1:${inner}`],
    [":8000 max_fails", `:${apiPort} max_fails`],
    ["resolver 127.0.0.11 ", `resolver 127.0.0.1:${namesPort} `],
    ["rate=20r/s", `rate=${rate}`],
    ["/usr/share/nginx/html", join(root, "html")],
    ["/dev/stdout", join(root, "access.log")],
    ["/dev/stderr", "stderr"],
  ];
  const used = new Set<string>();
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      replacements.reduce((before, [from, to]) => replace(before, from, to, used), text),
    );
  };
  cpSync(join(portal, "public"), join(root, "html"), { recursive: true });
  compress(join(root, "html"));
  write(join(root, "etc/nginx.conf"), readFileSync(join(portal, "nginx/nginx.conf"), "utf8"));
  for (const part of PARTS)
    write(join(root, "etc/kitestacks", part), readFileSync(join(portal, "nginx", part), "utf8"));
  for (const [path, text] of Object.entries(portalFiles(input))) {
    write(
      path.replace("/etc/nginx", join(root, "etc")).replace("/usr/share/nginx/html", join(root, "html")),
      text,
    );
  }
  cpSync("/etc/nginx/mime.types", join(root, "etc/mime.types"));
  const unused = replacements.find(([from]) => !used.has(from));
  if (unused)
    throw new Error(`The configuration no longer has "${unused[0]}"; portal/testing/nginx.ts must follow.`);
}

function replace(text: string, from: string, to: string, used: Set<string>): string {
  if (text.includes(from)) used.add(from);
  return text.replaceAll(from, to);
}

/**
 * Waits until nginx has written its process id, which it does when it holds its ports. An answer at its address would
 * say less: it may be that of another nginx, which was faster.
 */
async function listening(child: ChildProcess, pidFile: string): Promise<void> {
  let said = "";
  let ended = false;
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.once("close", () => {
    ended = true;
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && !ended) {
    // "nginx -t" leaves an empty one.
    if (existsSync(pidFile) && readFileSync(pidFile, "utf8").trim() === String(child.pid)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nginx does not start. It said: ${said}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

function entries(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
}
