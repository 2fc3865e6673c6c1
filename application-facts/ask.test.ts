import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ask } from "./ask.ts";
import type { Asked } from "./fact.ts";

let server: Server;
afterEach(() => server.close());

/** An application that answers everything in one way, and what it heard. */
async function application(status: number, text: string): Promise<{ base: string; heard: string[] }> {
  const heard: string[] = [];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    heard.push(`${request.method} ${request.url} ${body}`.trim());
    response.writeHead(status, { location: "/login" }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

const fact = (changes: Partial<Asked>): Asked => ({
  question: "registration",
  door: "closed",
  answer: "no",
  request: { method: "GET", path: "/metrics?x=1" },
  expected: { status: [404] },
  ...changes,
});

test("an application that answers as the fact says has nothing against it", async () => {
  const { base, heard } = await application(404, "nothing here");
  expect(await ask(base, fact({ expected: { status: [401, 404], holds: "here", lacks: "up 1" } }))).toEqual(
    [],
  );
  expect(heard).toEqual(["GET /metrics?x=1"]);
});

test("what is otherwise is told, each thing in plain words", async () => {
  const { base } = await application(200, "up 1");
  const expected = { status: [401, 404], holds: "detail", lacks: "up 1" };
  expect(await ask(base, fact({ expected }))).toEqual([
    "GET /metrics?x=1 answers 200, expected 401 or 404",
    "GET /metrics?x=1 does not say detail, expected it to",
    "GET /metrics?x=1 says up 1, expected it not to",
  ]);
});

test("a redirect is an answer and is not followed", async () => {
  const { base, heard } = await application(302, "");
  expect(await ask(base, fact({ expected: { status: [302] } }))).toEqual([]);
  expect(heard).toHaveLength(1);
});

test("a body goes as JSON", async () => {
  const { base, heard } = await application(403, "");
  const request = { method: "POST", path: "/sign_up", json: { name: "nobody" } } as const;
  expect(await ask(base, fact({ request, expected: { status: [403] } }))).toEqual([]);
  expect(heard).toEqual(['POST /sign_up {"name":"nobody"}']);
});

test("an application that is not there is no answer", async () => {
  const { base } = await application(404, "");
  await new Promise((done) => server.close(done));
  await expect(ask(base, fact({}))).rejects.toThrow("fetch failed");
});
