import type { ImageFacts } from "./image-facts.ts";
import type { Mint } from "./kit/mint.ts";
import type { WorldState } from "./state.ts";

/** What a command does to the world; see `command.ts`. Answers `undefined` when the command is none of its business. */
export type CommandEffect = (
  command: { host: string; text: string; stdin: string; environment: Record<string, string> },
  state: WorldState,
) => { stdout?: string; stderr?: string; exitCode?: number } | undefined;

/** What the simulated clouds share. The state is the only thing that is saved. */
export interface Workings {
  state: WorldState;
  mint: Mint;
  /** The folder that relative build contexts start from. */
  projectDir: string;
  /** What the providers' plugins find in their environment: the tokens that they were not given. */
  environment: Readonly<Record<string, string>>;
  /** Facts that come before the table of `facts/`, by repository. */
  imageFacts: Record<string, ImageFacts>;
  effects: CommandEffect[];
}
