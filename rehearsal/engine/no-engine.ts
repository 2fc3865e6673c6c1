import { NPM_VERSION } from "./from-npm.ts";
import { MINIMUM } from "./version.ts";

/** What was tried, per way and in order, and why it did not work; empty where there was nothing to try. */
export interface Attempts {
  cacheFolder: string;
  path: string[];
  cache: string[];
  npm: string[];
  go: string[];
}

/** There is no engine and none can be made. */
export class NoEngineError extends Error {
  override name = "NoEngineError";
  /** As for every bad or missing setting. */
  readonly exitCode = 64;

  constructor({ cacheFolder, path, cache, npm, go }: Attempts) {
    const remedies = [
      ["Install the Pulumi CLI so that `pulumi` is on PATH (https://www.pulumi.com/docs/install/)", path],
      [`Put one into the cache: ${cacheFolder}/NAME/bin/pulumi`, cache],
      [
        `Let npm package pulumi@${NPM_VERSION} download the official release: this machine must reach get.pulumi.com`,
        npm,
      ],
      [
        "Install Go 1.26 or newer (https://go.dev/dl/); the engine is then built once, in about 4 minutes",
        go,
      ],
    ] as const;
    const lines = remedies.map(
      ([remedy, tried], index) =>
        `  ${index + 1}. ${remedy}\n     ${tried.join("; ") || "there is none now"}`,
    );
    super(
      `No Pulumi engine, version ${MINIMUM} or newer, was found. Any one of these helps:\n${lines.join("\n")}`,
    );
  }
}
