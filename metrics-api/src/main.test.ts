import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { runProgram, runService } from "./testing/process.ts";
import { startServer } from "./testing/servers.ts";
import { wttrReport } from "./testing/wttr.ts";

const textOf = (stream: Readable | null) => (stream === null ? "" : text(stream));
const exitCode = (child: ChildProcess) => new Promise((resolve) => child.on("exit", resolve));

test("a bad variable is one line on standard error, and exit 64", async () => {
  const child = runProgram({ LISTEN: "0.0.0.0:8000", HOST_NAME: "attic" });
  const [code, errors, output] = await Promise.all([
    exitCode(child),
    textOf(child.stderr),
    textOf(child.stdout),
  ]);
  expect(code).toBe(64);
  expect(output).toBe("");
  expect(errors).toBe(
    'LISTEN: "0.0.0.0:8000" would listen on every interface of the host; name the bridge\'s gateway or the tailnet address\n',
  );
});

test("an address that is taken is one line of the log, and exit 1", async () => {
  const first = await runService();
  const child = runProgram({ LISTEN: `127.0.0.1:${first.port}`, HOST_NAME: "attic" });
  const [code, output] = await Promise.all([exitCode(child), textOf(child.stdout)]);
  expect(code).toBe(1);
  expect(JSON.parse(output)).toMatchObject({
    level: 60,
    msg: `127.0.0.1 port ${first.port} is taken by another program; stop it or choose another port in LISTEN`,
  });
});

test("SIGTERM lets a waiting request end, takes no new one and leaves with 0", async () => {
  const answer: (() => void)[] = [];
  const wttr = await startServer((_, response) =>
    answer.push(() => response.end(JSON.stringify(wttrReport))),
  );
  const { url, child } = await runService({ WEATHER_URL: wttr });
  const waiting = fetch(`${url}/api/weather`);
  await eventually(() => answer.length).toBe(1);
  const left = exitCode(child);
  child.kill("SIGTERM");
  const refused = () =>
    fetch(`${url}/api/health`).then(
      () => false,
      () => true,
    );
  await eventually(refused).toBe(true);
  answer[0]?.();
  expect((await waiting).status).toBe(200);
  expect(await left).toBe(0);
});

test("SIGTERM does not wait for clients that only hold their connection", async () => {
  const { url, child } = await runService();
  // fetch keeps this connection open.
  await (await fetch(`${url}/api/health`)).text();
  const left = exitCode(child);
  child.kill("SIGTERM");
  expect(await left).toBe(0);
});

test("the log is JSON lines with the host's name, and holds no secret", async () => {
  const forgejo = await startServer((_, response) => response.writeHead(401).end());
  const { url, child, output } = await runService({
    FORGEJO_URL: forgejo,
    FORGEJO_TOKEN: "s3cret",
    LOG_LEVEL: "trace",
  });
  await fetch(`${url}/api/activity`);
  await fetch(`${url}/api/activity?limit=5`);
  const left = exitCode(child);
  child.kill("SIGTERM");
  await left;
  const lines = output()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ host: "attic", upstream: "forgejo", reason: "answered with status 401" }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ path: "/api/activity", status: 503, client: "127.0.0.1", msg: "request" }),
  );
  expect(output()).not.toContain("s3cret");
});
