import { once } from "node:events";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Starts something, tells of it, and closes it at the first signal that asks this process to end, be it that the start
 * is not over yet. For one who cannot wait, a second signal is `process.exit(1)`: what listens to "exit" ends with it.
 *
 * @throws what `start` throws, unless a signal came: a terminal's Ctrl-C also reaches what is being started.
 */
export async function untilInterrupted<T extends { close(): Promise<void> }>(
  start: () => Promise<T>,
  tell: (started: T) => void,
): Promise<void> {
  const signal = interruption();
  const started = await start().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (started === undefined) return;
  if (!signal.aborted) {
    tell(started);
    await once(signal, "abort");
  }
  await started.close();
}

function interruption(): AbortSignal {
  const interrupted = new AbortController();
  const interrupt = () => {
    if (interrupted.signal.aborted) process.exit(1);
    interrupted.abort();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return interrupted.signal;
}
