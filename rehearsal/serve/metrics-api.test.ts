import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "./free-port.ts";
import { startMetricsApi } from "./metrics-api.ts";

const directory = join(import.meta.dirname, "..", "..", "metrics-api");

test("what is wrong with the metrics API is said with its own words and the remedy", async () => {
  const empty = mkdtempSync(join(tmpdir(), "kitestacks-serve-"));
  await expect(startMetricsApi({ directory: empty, hostName: "here" })).rejects.toThrow(
    `The metrics API's packages are not installed; run: npm ci --prefix ${empty}`,
  );
  rmSync(empty, { recursive: true });
  await expect(startMetricsApi({ directory, hostName: "not a name" })).rejects.toThrow(
    /ended with code 64 at its start: .*"not a name" is no host name/,
  );
}, 60_000);

describe("a port that another program takes first", () => {
  let other: Server;
  const taken = async () => (other.address() as AddressInfo).port;
  beforeAll(async () => {
    other = createServer((_request, response) => response.end('{"ok":true}'));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => other.close());

  test("is no error: the metrics API gets another one", async () => {
    const ports = [await taken()];
    const api = await startMetricsApi(
      { directory, hostName: "here" },
      async () => ports.shift() ?? (await freePort()),
    );
    expect(api.url).not.toBe(`http://127.0.0.1:${await taken()}`);
    expect(await (await fetch(`${api.url}/api/hosts`)).json()).toMatchObject({ hosts: [{ host: "here" }] });
    await api.close();
  });

  test("three times in a row is one, in the metrics API's own words, even if the other program answers", async () => {
    const choose = vi.fn(taken);
    await expect(startMetricsApi({ directory, hostName: "here" }, choose)).rejects.toThrow(
      /ended with code 1 at its start: .*127\.0\.0\.1 port \d+ is taken by another program/,
    );
    expect(choose).toHaveBeenCalledTimes(3);
  });
});
