import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ObservedRun } from "../promises/observed.ts";
import type { Folders } from "./engine/workspace.ts";
import { loadWorld, type Surroundings, type World } from "./world/world.ts";

/** A rehearsal at rest in a folder, to go on from as often as one likes: every opening works on copies. */
export interface Saved {
  readonly world: World;
  /** Opens the secrets in the stack files and in the state. */
  readonly passphrase: string;
  readonly history: readonly ObservedRun[];
  /** Pulumi.yaml and the stack files, with their salts and encrypted secrets. */
  readonly stackFilesDir: string;
  /** Contents of the local backend. */
  readonly stateDir: string;
}

/** What lies in the folder besides the copies of the engine's own. */
interface Rest {
  readonly world: string;
  readonly passphrase: string;
  readonly history: readonly ObservedRun[];
}

export function writeSaved(folder: string, folders: Folders, rest: Rest): void {
  mkdirSync(folder, { recursive: true });
  cpSync(folders.work, join(folder, "work"), { recursive: true });
  cpSync(folders.state, join(folder, "state"), { recursive: true });
  writeFileSync(join(folder, "rest.json"), JSON.stringify(rest));
}

/** @param surroundings What a saved world does not hold, the folder of the repository above all. */
export function readSaved(folder: string, surroundings: Surroundings): Saved {
  const rest: Rest = JSON.parse(readFileSync(join(folder, "rest.json"), "utf8"));
  return {
    ...rest,
    world: loadWorld(rest.world, surroundings),
    stackFilesDir: join(folder, "work"),
    stateDir: join(folder, "state"),
  };
}
