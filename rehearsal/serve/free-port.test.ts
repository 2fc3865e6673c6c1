import { expect, test, vi } from "vitest";
import { onFreePort } from "./free-port.ts";

/** A start that fails with each of the words, then succeeds. */
const failing = (...words: string[]) =>
  vi.fn(async (port: number) => {
    const said = words.shift();
    if (said !== undefined) throw new Error(said);
    return port;
  });

test("another port is looked for while the program says that its port is taken, as the metrics API and nginx do", async () => {
  const ports = [1001, 1002, 1003];
  const start = failing(
    '{"msg":"127.0.0.1 port 1001 is taken by another program; stop it"}',
    "[emerg] bind() to 127.0.0.1:1002 failed (98: Address already in use)",
  );
  expect(await onFreePort(start, async () => ports.shift() ?? 0)).toBe(1003);
  expect(start.mock.calls).toEqual([[1001], [1002], [1003]]);
});

test("three times in a row is an error, and any other one is an error at once", async () => {
  const taken = "bind() failed (98: Address already in use)";
  await expect(onFreePort(failing(taken, taken, taken))).rejects.toThrow(taken);
  const start = failing("HOST_NAME: missing");
  await expect(onFreePort(start)).rejects.toThrow("HOST_NAME: missing");
  expect(start).toHaveBeenCalledOnce();
});
