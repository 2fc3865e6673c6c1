import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A service to measure: how it is started on a port. */
export type Contender = {
  name: string;
  command: string;
  words: (port: number) => string[];
  folder: string;
  environment: (port: number) => Record<string, string>;
};

const root = fileURLToPath(new URL("..", import.meta.url));
const fastApi = fileURLToPath(new URL("fastapi", import.meta.url));

/** Our service as the image runs it: the bundle, with the options of the Dockerfile's CMD or the ones given. */
export function ours(name: string, nodeOptions = imageOptions()): Contender {
  return {
    name,
    command: process.execPath,
    words: () => [...nodeOptions, "dist/main.mjs"],
    folder: root,
    environment: (port) => ({ LISTEN: `127.0.0.1:${port}`, HOST_NAME: "bench", NODE_ENV: "production" }),
  };
}

/** A FastAPI service of `bench/fastapi`, run as its manual says, only without the log of every request. */
export function fastApiService(name: string, python: string, module: string): Contender {
  return {
    name,
    command: python,
    words: (port) => [
      "-m",
      "uvicorn",
      `${module}:app`,
      "--port",
      String(port),
      "--log-level",
      "warning",
      "--no-access-log",
    ],
    folder: fastApi,
    // No bytecode beside the sources: it would show up as a change of the repository.
    environment: () => ({ PATH: process.env["PATH"] ?? "", PYTHONDONTWRITEBYTECODE: "1" }),
  };
}

/** Bundles our service as the image's build stage does, and returns Node's command line for it, as in the image. */
export function bundledProgram(): string[] {
  execFileSync(process.execPath, ["build.ts"], { cwd: root, stdio: "inherit" });
  return [...imageOptions(), join(root, "dist", "main.mjs")];
}

/** The V8 options between `node` and the program in the Dockerfile's CMD. */
export function imageOptions(): string[] {
  const dockerfile = readFileSync(new URL("../Dockerfile", import.meta.url), "utf8");
  const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1];
  if (command === undefined)
    throw new Error("The Dockerfile has no CMD in JSON form to take Node's options from.");
  const words: unknown = JSON.parse(command);
  return Array.isArray(words) ? words.slice(1, -1).map(String) : [];
}
