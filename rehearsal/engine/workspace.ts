import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseDocument } from "yaml";

/** The folders of one rehearsal, all in one temporary folder. */
export interface Folders {
  root: string;
  /** Copies of Pulumi.yaml and the stack files: the engine writes an encryption salt into them. */
  work: string;
  /** The local backend. */
  state: string;
  /** PULUMI_HOME: nothing of the user's own (credentials, plugins) takes part. */
  home: string;
}

export function makeFolders(stackFilesDir: string): Folders {
  const root = mkdtempSync(join(tmpdir(), "kitestacks-rehearsal-"));
  const folders = { root, work: join(root, "work"), state: join(root, "state"), home: join(root, "home") };
  for (const folder of [folders.work, folders.state, folders.home]) mkdirSync(folder);
  for (const file of readdirSync(stackFilesDir)) {
    if (/^Pulumi\..+\.yaml$/.test(file)) copyFileSync(join(stackFilesDir, file), join(folders.work, file));
  }
  const project = readFileSync(join(stackFilesDir, "Pulumi.yaml"), "utf8");
  writeFileSync(join(folders.work, "Pulumi.yaml"), inlineProject(project));
  return folders;
}

/**
 * The program runs in our process, so the engine finds no `main` file beside the copy and refuses to start; and a
 * real deployment's backend or plugin folders have no part in a rehearsal.
 */
function inlineProject(yaml: string): string {
  const document = parseDocument(yaml);
  for (const key of ["main", "backend", "plugins"]) document.delete(key);
  return document.toString();
}

export interface EngineEnvironment {
  passphrase?: string;
  debugProviders: string;
  env?: Record<string, string>;
}

/**
 * What the engine's environment differs in from ours. Every PULUMI_ variable that the user has set is emptied (the
 * Automation API can only add to the environment): a rehearsal must not depend on them, let alone log in anywhere.
 */
export function engineEnvironment(folders: Folders, options: EngineEnvironment): Record<string, string> {
  const inherited = Object.keys(process.env).filter((key) => key.startsWith("PULUMI_"));
  return {
    ...Object.fromEntries(inherited.map((key) => [key, ""])),
    PULUMI_HOME: folders.home,
    // Without attribute files beside the checkpoints: an engine killed while it wrote one (they, unlike checkpoints,
    // are not put in place by a rename) left a stack that nobody could load: "failed to load checkpoint: EOF".
    PULUMI_BACKEND_URL: `${pathToFileURL(folders.state).href}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: options.passphrase ?? randomBytes(18).toString("base64url"),
    PULUMI_DEBUG_PROVIDERS: options.debugProviders,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    ...options.env,
  };
}

/** The Automation API takes an engine as a folder with `bin/pulumi`; one that lies elsewhere gets a link there. */
export function installationRoot(command: string, folders: Folders): string {
  if (basename(dirname(command)) === "bin") return dirname(dirname(command));
  mkdirSync(join(folders.root, "bin"), { recursive: true });
  symlinkSync(command, join(folders.root, "bin", basename(command)));
  return folders.root;
}
