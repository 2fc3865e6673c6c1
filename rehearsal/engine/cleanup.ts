/** Something that must not outlive this process: a child process, a temporary folder, a server. */
export interface Endable {
  /** Ends it properly; called once, on SIGINT, SIGTERM or SIGHUP. */
  end(): Promise<void>;
  /** Ends it without waiting for anything: the process is about to be gone (a second Ctrl-C, `process.exit`). */
  endNow(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Longer than an engine takes to stop after its provider calls have failed. */
const PATIENCE_MS = 15_000;

const open = new Set<Endable>();
let ending = false;

/** Keeps `thing` in mind until the returned function is called (when it was ended in the ordinary way). */
export function endOnSignal(thing: Endable): () => void {
  if (open.size === 0) listen();
  open.add(thing);
  return () => {
    open.delete(thing);
    if (open.size === 0) unlisten();
  };
}

/** Ends everything that is still open, the newest first. Errors of one do not keep the others from ending. */
async function endAll(): Promise<void> {
  for (const thing of [...open].reverse()) {
    await Promise.race([thing.end(), patience()]).catch(() => thing.endNow());
    open.delete(thing);
  }
  unlisten();
}

function patience(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("took too long to end")), PATIENCE_MS).unref();
  });
}

function endNow(): void {
  for (const thing of [...open].reverse()) thing.endNow();
  open.clear();
}

/** After a signal the process dies of that same signal, so that a shell sees why it ended. */
function onSignal(signal: NodeJS.Signals): void {
  if (ending) {
    endNow();
    dieOf(signal);
    return;
  }
  ending = true;
  void endAll().finally(() => dieOf(signal));
}

function dieOf(signal: NodeJS.Signals): void {
  unlisten();
  process.kill(process.pid, signal);
}

function listen(): void {
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on("exit", endNow);
}

function unlisten(): void {
  for (const signal of SIGNALS) process.off(signal, onSignal);
  process.off("exit", endNow);
}
