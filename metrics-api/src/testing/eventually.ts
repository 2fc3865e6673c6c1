import { expect } from "vitest";

/** `expect.poll` with a limit that a busy machine does not reach. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 15_000 });
}
