import { describe, expect, test } from "vitest";
import { forgeServer } from "../testing/forge-server.ts";
import { putComment } from "./comment.ts";

describe.each([
  ["GitHub", ""],
  ["Forgejo", "/api/v1"],
])("calls to %s", (_, prefix) => {
  test.each([
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "7" } }, 7],
    ["403 with Retry-After (GitHub's second limit)", { status: 403, headers: { "retry-after": "9" } }, 9],
    ["502", { status: 502 }, 2],
  ])("%s is waited for", async (_name, answer, seconds) => {
    for (const method of ["GET", "POST"]) {
      let failures = 1;
      const { forge, comments, waits } = await forgeServer(prefix, {
        fail: (request) => (request.method === method && failures-- > 0 ? answer : undefined),
      });
      await putComment(forge, 7, "report on monk", "text");
      expect(comments).toHaveLength(1);
      expect(waits).toEqual([seconds]);
    }
  });

  test("a limit that is lifted too late ends the command, and says when", async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 3_000);
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
    const { forge, waits } = await forgeServer(prefix, { fail: () => ({ status: 403, headers }) });
    await expect(putComment(forge, 7, "report on monk", "text")).rejects.toThrow(
      /403, the rate limit is lifted only in (2999|3000|3001) s/,
    );
    expect(waits).toEqual([]);
  });

  test("a connection that broke is tried again, and named if it stays broken", async () => {
    let failures = 1;
    const breaking = {
      fail: () => {
        if (failures-- > 0) throw new Error("hang up");
        return undefined;
      },
    };
    const { forge, waits } = await forgeServer(prefix, breaking);
    expect(await putComment(forge, 7, "report on monk", "text")).toBe("created");
    expect(waits).toEqual([2]);
    failures = 4;
    // Node says either "other side closed" or "read ECONNRESET".
    await expect(putComment(forge, 7, "report on monk", "text")).rejects.toThrow(
      /^GET (\/api\/v1)?\/user: no answer from http:\/\/127\.0\.0\.1:\d+ \((?!fetch failed).+\)$/,
    );
    expect(waits).toEqual([2, 2, 4, 6]);
  });

  test.each([
    [401, "401, the token is wrong or expired"],
    [403, "403, the token may not do this; it needs write access to issues and pull requests (docs/ci.md)"],
    [404, "404, there is no such repository, issue or comment, or the token does not see it"],
  ])("%i says what to do", async (status, words) => {
    const { forge } = await forgeServer(prefix, {
      fail: ({ path }) => (path.endsWith("/user") ? undefined : { status, json: {} }),
    });
    await expect(putComment(forge, 7, "report on monk", "text")).rejects.toThrow(words);
  });
});

describe("whose token it is", () => {
  test("a user's own token on GitHub tells the user", async () => {
    const { forge, comments } = await forgeServer("", {
      fail: ({ path }) => (path === "/user" ? { json: { login: "kite-flyer" } } : undefined),
    });
    comments.push({
      id: 1,
      number: 1,
      body: "<!-- kitestacks: report on monk -->\nold",
      user: { login: "kite-flyer" },
    });
    expect(await putComment(forge, 7, "report on monk", "new")).toBe("edited");
  });

  test("one on Forgejo that may not tell is refused with the remedy", async () => {
    const json = { message: "token does not have at least one of required scope(s): [read:user]" };
    const { forge, comments } = await forgeServer("/api/v1", {
      fail: ({ path }) => (path === "/api/v1/user" ? { status: 403, json } : undefined),
    });
    await expect(putComment(forge, 7, "report on monk", "text")).rejects.toThrow(
      "GET /api/v1/user: 403, the token may not tell whose it is; it needs the scope read:user (docs/ci.md)",
    );
    expect(comments).toEqual([]);
  });
});
