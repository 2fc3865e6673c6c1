import type { OutputMap, PreviewOptions, RefreshOptions } from "@pulumi/pulumi/automation/index.js";
import { EngineFailure } from "../../rehearsal/engine/failure.ts";
import type { Operation } from "../../rehearsal/engine/operation.ts";
import type { StackSession } from "../../rehearsal/engine/stack.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import { type Step, StepRecorder } from "./steps.ts";

/** An operation of the engine with all its steps, those that change nothing included. */
export interface Run extends Operation {
  readonly steps: readonly Step[];
  /** Why it could not be done, in the engine's words; empty when it could. */
  readonly failures: readonly string[];
}

/**
 * One stack, real or rehearsed, as the commands that change nothing need it. An operation that the engine or the
 * program refuses is a run with failures: what it found until then counts.
 */
export interface StackAccess {
  readonly name: string;
  preview(options?: PreviewWishes): Promise<Run>;
  previewRefresh(options?: RefreshWishes): Promise<Run>;
  /** What the state holds; empty for a stack that was never brought up. */
  resources(): Promise<readonly StoredResource[]>;
  /** Values of the secrets that a person gave the stack, by flat key, in plain text. */
  secrets(): Promise<Readonly<Record<string, string>>>;
  /** Writes one into the stack's file, encrypted; `kitestacks:inUse["grafana.oidc"]` is a path in there. */
  setSecret(path: string, value: string): Promise<void>;
  outputs(): Promise<OutputMap>;
  close(): Promise<void>;
}

export type PreviewWishes = Pick<PreviewOptions, "diff" | "importFile" | "refresh" | "runProgram">;
export type RefreshWishes = Pick<RefreshOptions, "exclude" | "runProgram">;

/** A stack of a rehearsal, with secrets that are made up. */
export function rehearsedStack(
  session: StackSession,
  secrets: Readonly<Record<string, string>>,
): StackAccess {
  return {
    name: session.name,
    preview: (wishes = {}) => record((onEvent) => session.preview({ ...wishes, onEvent })),
    previewRefresh: (wishes = {}) => record((onEvent) => session.previewRefresh({ ...wishes, onEvent })),
    resources: async () => session.resources(),
    secrets: async () => secrets,
    setSecret: (path, value) => session.setSecretAt(path, value),
    outputs: () => session.outputs(),
    close: () => session.end(),
  };
}

/** Runs an operation and keeps its steps, whether it succeeds or not. */
export async function record(work: (onEvent: StepRecorder["onEvent"]) => Promise<Operation>): Promise<Run> {
  const recorder = new StepRecorder();
  try {
    return hidden(await work(recorder.onEvent), recorder, []);
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    const failures = error.messages.length > 0 ? error.messages : [error.message];
    return hidden(error.operation, recorder, failures);
  }
}

/** With no value of a generated secret in any text that a report, a comment or a log may show. */
function hidden(operation: Operation, recorder: StepRecorder, failures: readonly string[]): Run {
  const { stdout, stderr, diagnostics } = operation;
  return {
    ...operation,
    stdout: recorder.hide(stdout),
    stderr: recorder.hide(stderr),
    diagnostics: diagnostics.map((one) => ({ ...one, message: recorder.hide(one.message) })),
    steps: recorder.steps(),
    failures: failures.map(recorder.hide),
  };
}
