import { rmSync } from "node:fs";
import { LocalWorkspace, PulumiCommand, type PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { endOnSignal } from "./cleanup.ts";
import type { FoundEngine } from "./found.ts";
import { StackSession } from "./stack.ts";
import {
  type EngineEnvironment,
  engineEnvironment,
  type Folders,
  installationRoot,
  makeFolders,
} from "./workspace.ts";

export interface EngineOptions extends EngineEnvironment {
  engine: FoundEngine;
  /** The folder with Pulumi.yaml and the stack files; they are copied, never written to. */
  stackFilesDir: string;
  /** Run once per operation, in this process; `pulumi.getStack()` tells for which stack. */
  program: PulumiFn;
}

/** One rehearsal's engine: a temporary folder with its own backend, home and copies of the stack files. */
export interface EngineSession {
  engine: FoundEngine;
  folders: Folders;
  /** The stack of that name, made on first use. */
  stack(name: string): Promise<StackSession>;
  /** Stops what still runs and removes the temporary folder; also done when the process is ended by a signal. */
  close(): Promise<void>;
}

/** @throws Error when `engine.command` does not answer to `pulumi version`. */
export async function openEngine(options: EngineOptions): Promise<EngineSession> {
  const folders = makeFolders(options.stackFilesDir);
  const stacks = new Map<string, Promise<StackSession>>();
  const removeFolders = () => rmSync(folders.root, { recursive: true, force: true, maxRetries: 3 });
  const opened: StackSession[] = [];
  const forget = endOnSignal({
    end: () => close(),
    endNow: () => {
      for (const session of opened) session.endNow();
      removeFolders();
    },
  });
  async function close(): Promise<void> {
    await Promise.allSettled(stacks.values());
    for (const session of opened) await session.end();
    removeFolders();
    forget();
  }

  try {
    const pulumiCommand = await PulumiCommand.get({
      root: installationRoot(options.engine.command, folders),
    });
    const workspace = await LocalWorkspace.create({
      pulumiCommand,
      workDir: folders.work,
      program: options.program,
      envVars: engineEnvironment(folders, options),
    });
    const open = async (name: string) => {
      const session = await StackSession.open(name, workspace, folders.state);
      opened.push(session);
      return session;
    };
    const stack = (name: string) => {
      const session = stacks.get(name) ?? open(name);
      stacks.set(name, session);
      return session;
    };
    return { engine: options.engine, folders, stack, close };
  } catch (error) {
    await close();
    throw error;
  }
}
