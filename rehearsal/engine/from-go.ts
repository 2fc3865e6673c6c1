import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addToCache, executableName } from "./cache.ts";
import { run } from "./run.ts";
import { numbers } from "./version.ts";

const MODULE = "github.com/pulumi/pulumi/pkg/v3";
/** Our go.mod, which names the engine as its only tool, and the checksums of all that it is made of. */
const MODULE_FOLDER = join(import.meta.dirname, "go");
const MINIMUM_GO = "1.26";

const BUILD_TIMEOUT_MS = 45 * 60_000;

/** The engine's version in our go.mod. */
export function goVersionOfEngine(): string {
  const goMod = readFileSync(join(MODULE_FOLDER, "go.mod"), "utf8");
  const version = new RegExp(`^\\s*${MODULE} v(\\S+)`, "m").exec(goMod)?.[1];
  if (version === undefined) throw new Error(`${MODULE_FOLDER}/go.mod does not require ${MODULE}`);
  return version;
}

/** @throws Error with the reason in one line. */
export async function fromGo(
  cacheFolder: string,
  env: NodeJS.ProcessEnv,
  progress: (text: string) => void,
): Promise<string> {
  // A Go that is too old would fetch a newer one by itself, but not from every proxy: ask the one that is here.
  const goEnv = { ...env, GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "-mod=readonly" };
  await requireGo(goEnv);
  const version = goVersionOfEngine();
  return await addToCache(cacheFolder, `go-${version}`, env, async (folder) => {
    // Without this the engine names no version, and the Automation API treats it as a very old one.
    const versionFlag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
    const output = join(folder, "bin", executableName);
    const head = `building the Pulumi engine ${version} with Go (about 4 minutes on 2 cores, only this once)`;
    let packages = 0;
    const build = ["build", "-v", "-ldflags", `-s -w ${versionFlag}`, "-o", output, `${MODULE}/cmd/pulumi`];
    progress(head);
    const built = await run("go", build, {
      cwd: MODULE_FOLDER,
      env: goEnv,
      timeout: BUILD_TIMEOUT_MS,
      // Go names every package and every download, more than a thousand: where no line can be rewritten, in a log of
      // CI, each would be a line of its own.
      onLine: (line) => {
        if (line.startsWith("go: ")) return;
        packages += 1;
        if (packages % 50 === 0) progress(`${head}: ${packages} packages`);
      },
    });
    if (!built.ok) throw new Error(`go build: ${built.reason}`);
  });
}

async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const { ok, stdout, reason } = await run("go", ["version"], { env, timeout: 20_000 });
  if (!ok) throw new Error(`Go is not there (${reason})`);
  const version = /go version go(\S+)/.exec(stdout)?.[1] ?? "unknown";
  const [major, minor] = numbers(version);
  const [wantedMajor, wantedMinor] = numbers(MINIMUM_GO);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new Error(`Go is ${version}, older than ${MINIMUM_GO}`);
  }
}
