import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { addToCache, defaultCacheFolder } from "./cache.ts";
import { findEngine } from "./find.ts";
import { goVersionOfEngine } from "./from-go.ts";
import { NoEngineError } from "./no-engine.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder for the PATH with these commands as shell scripts; they find no other command. */
function commands(scripts: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) writeScript(join(folder, name), script);
  return folder;
}

function writeScript(file: string, script: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const pulumi = (version: string) => ({ pulumi: `echo v${version}` });

/** `go build -o FILE …` makes an engine that says it is 3.259.0. */
const GO = {
  go: `if [ "$1" = version ]; then echo "go version go1.26.8 linux/amd64"; exit 0; fi
while [ "$1" != -o ]; do shift; done
echo "go: downloading some/module v1" >&2
i=0; while [ $i -lt 120 ]; do echo some/package-$i >&2; i=$((i + 1)); done
/bin/mkdir -p "$(/usr/bin/dirname "$2")"
printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"; /bin/chmod +x "$2"`,
};

/** `npm install --prefix FOLDER …` makes a package whose first run "downloads" an engine into PULUMI_HOME. */
const NPM = {
  npm: `while [ "$1" != --prefix ]; do shift; done
/bin/mkdir -p "$2/node_modules/pulumi"
/bin/cat > "$2/node_modules/pulumi/run.js" <<'JS'
const { mkdirSync, writeFileSync } = require("node:fs");
const bin = process.env.PULUMI_HOME + "/versions/" + process.env.PULUMI_VERSION + "/bin";
mkdirSync(bin, { recursive: true });
writeFileSync(bin + "/pulumi", "#!/bin/sh\\necho v3.265.0\\n", { mode: 0o755 });
JS`,
};

test("takes pulumi from the PATH", async () => {
  const path = commands(pulumi("3.261.0"));
  const found = await findEngine({ path, cacheFolder: temporaryFolder() });
  expect(found).toEqual({ version: "3.261.0", source: "path", command: join(path, "pulumi") });
});

test("passes over one that is too old, of another major version, or names no version", async () => {
  const path = [pulumi("3.249.9"), pulumi("4.0.0"), { pulumi: "echo" }, pulumi("3.250.0")].map(commands);
  const found = await findEngine({ path: path.join(delimiter), cacheFolder: temporaryFolder() });
  expect(found.version).toBe("3.250.0");
});

test("takes the newest of the cache when the PATH has none", async () => {
  const cacheFolder = temporaryFolder();
  writeScript(join(cacheFolder, "go-3.259.0", "bin", "pulumi"), "echo v3.259.0");
  writeScript(join(cacheFolder, "npm-3.265.0", "bin", "pulumi"), "echo v3.265.0");
  const found = await findEngine({ path: commands({}), cacheFolder });
  expect(found).toMatchObject({ version: "3.265.0", source: "cache" });
});

test("has the npm package download a release, and finds it in the cache from then on", async () => {
  const cacheFolder = temporaryFolder();
  const found = await findEngine({ path: commands({ ...NPM, ...GO }), cacheFolder });
  const command = join(cacheFolder, "npm-3.265.0", "bin", "pulumi");
  expect(found).toEqual({ version: "3.265.0", source: "npm", command });
  expect(readdirSync(join(cacheFolder, "npm-3.265.0"))).toEqual(["bin"]);
  expect(await findEngine({ path: commands({}), cacheFolder })).toEqual({ ...found, source: "cache" });
});

test("builds one with Go when the download fails, and tells of the progress", async () => {
  const cacheFolder = temporaryFolder();
  const said: string[] = [];
  const failing = { npm: `echo "npm error network unreachable" >&2; exit 1` };
  const progress = (text: string) => said.push(text);
  const found = await findEngine({ path: commands({ ...failing, ...GO }), cacheFolder, progress });
  expect(found).toMatchObject({ version: "3.259.0", source: "go" });
  expect(readdirSync(cacheFolder)).toEqual([`go-${goVersionOfEngine()}`]);
  const head = "building the Pulumi engine 3.259.0 with Go (about 4 minutes on 2 cores, only this once)";
  expect(said.slice(1)).toEqual([head, `${head}: 50 packages`, `${head}: 100 packages`]);
});

test("names every remedy with what was tried, in order, when there is no engine and none can be made", async () => {
  const cacheFolder = temporaryFolder();
  const path = commands({ ...pulumi("3.100.0"), go: `echo "go version go1.24.1 linux/amd64"` });
  const error = await findEngine({ path, cacheFolder }).catch((reason: unknown) => reason);
  if (!(error instanceof NoEngineError)) throw error;
  expect(error.exitCode).toBe(64);
  expect(error.message.split("\n")).toEqual([
    "No Pulumi engine, version 3.250.0 or newer, was found. Any one of these helps:",
    "  1. Install the Pulumi CLI so that `pulumi` is on PATH (https://www.pulumi.com/docs/install/)",
    `     ${path}/pulumi is 3.100.0, not 3.x from 3.250.0 on`,
    `  2. Put one into the cache: ${cacheFolder}/NAME/bin/pulumi`,
    "     there is none now",
    "  3. Let npm package pulumi@3.265.0 download the official release: this machine must reach get.pulumi.com",
    "     npm install pulumi@3.265.0: spawn npm ENOENT",
    "  4. Install Go 1.26 or newer (https://go.dev/dl/); the engine is then built once, in about 4 minutes",
    "     Go is 1.24.1, older than 1.26",
  ]);
});

test("neither downloads nor builds when only what is there is asked for", async () => {
  const cacheFolder = temporaryFolder();
  const search = findEngine({ path: commands({ ...NPM, ...GO }), cacheFolder, mayInstall: false });
  await expect(search).rejects.toThrow("not tried: only engines that are already here were asked for");
  expect(readdirSync(cacheFolder)).toEqual([]);
});

test("a build that fails leaves nothing in the cache", async () => {
  const cacheFolder = temporaryFolder();
  const failing = { go: `${GO.go}\necho "no space left on device" >&2; exit 1` };
  const search = findEngine({ path: commands(failing), cacheFolder });
  await expect(search).rejects.toThrow("go build: no space left on device");
  expect(readdirSync(cacheFolder)).toEqual([]);
});

test("two who make the same engine at once both get a whole one", async () => {
  const cacheFolder = temporaryFolder();
  const path = commands(GO);
  const [one, other] = await Promise.all([
    findEngine({ path, cacheFolder }),
    findEngine({ path, cacheFolder }),
  ]);
  expect(one).toMatchObject({ version: "3.259.0" });
  expect(other.command).toBe(one.command);
  expect(readdirSync(cacheFolder)).toEqual(["go-3.259.0"]);
});

test("takes the engine that another one put into the cache meanwhile, and leaves it where it is", async () => {
  const cacheFolder = temporaryFolder();
  const engine = join(cacheFolder, "go-3.259.0");
  // The other one is done while npm is still being tried here, after this one's look into the cache.
  const slowNpm = `/bin/mkdir -p "${engine}/bin"
printf '#!/bin/sh\\necho v3.259.0\\n' > "${engine}/bin/pulumi"; /bin/chmod +x "${engine}/bin/pulumi"
: > "${engine}/in-use"; echo "npm error network unreachable" >&2; exit 1`;
  const said: string[] = [];
  const progress = (text: string) => said.push(text);
  const found = await findEngine({ path: commands({ npm: slowNpm, ...GO }), cacheFolder, progress });
  expect(found).toEqual({ version: "3.259.0", source: "go", command: join(engine, "bin", "pulumi") });
  expect(readdirSync(engine)).toEqual(["bin", "in-use"]);
  expect(said.join("\n")).not.toContain("building");
});

test("replaces an engine of the cache that does not run", async () => {
  const cacheFolder = temporaryFolder();
  const engine = join(cacheFolder, "go-3.259.0");
  writeScript(join(engine, "bin", "pulumi"), "exit 1");
  const found = await findEngine({ path: commands(GO), cacheFolder });
  expect(found).toMatchObject({ version: "3.259.0", source: "go" });
  expect(readdirSync(cacheFolder)).toEqual(["go-3.259.0"]);
});

test("of two who finish the same engine the first one's stays: it may be in use", async () => {
  const cacheFolder = temporaryFolder();
  const target = join(cacheFolder, "go-1.2.3");
  const command = await addToCache(cacheFolder, "go-1.2.3", process.env, async (folder) => {
    writeScript(join(folder, "bin", "pulumi"), "echo the later one");
    writeScript(join(target, "bin", "pulumi"), "echo the first one");
  });
  expect(readFileSync(command, "utf8")).toContain("the first one");
  expect(readdirSync(cacheFolder)).toEqual(["go-1.2.3"]);
});

test("removes what a dead process was making, but not what a living one makes", async () => {
  const cacheFolder = temporaryFolder();
  const dead = join(cacheFolder, ".making-2147483646-abcd");
  const alive = join(cacheFolder, `.making-${process.ppid}-abcd`);
  for (const folder of [dead, alive]) mkdirSync(folder);
  await addToCache(cacheFolder, "go-1.2.3", process.env, async (folder) =>
    writeScript(join(folder, "bin", "pulumi"), ""),
  );
  expect([dead, alive].map(existsSync)).toEqual([false, true]);
});

test("the cache lies in the user's cache folder", () => {
  expect(defaultCacheFolder({ XDG_CACHE_HOME: "/somewhere" })).toBe("/somewhere/kitestacks/engine");
  expect(defaultCacheFolder({})).toMatch(/\.cache\/kitestacks\/engine$/);
});
