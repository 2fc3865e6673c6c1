import { describe, expect, test } from "vitest";
import type { DriftReport } from "../drift/finding.ts";
import { forgeServer, type Item } from "../testing/forge-server.ts";
import { putComment } from "./comment.ts";
import { forgeFromEnvironment } from "./from-environment.ts";
import { keepDriftIssue } from "./issue.ts";

const item = (id: number, body: string): Item => ({ id, number: id, body });

describe.each([
  ["GitHub", ""],
  ["Forgejo", "/api/v1"],
])("comments on %s", (_, prefix) => {
  test("the first report is a comment, the next one takes its place; stacks keep apart", async () => {
    const { forge, comments } = await forgeServer(prefix);
    expect(await putComment(forge, 7, "report on monk", "one")).toBe("created");
    expect(await putComment(forge, 7, "report on kscloud1", "other")).toBe("created");
    expect(await putComment(forge, 7, "report on monk", "two")).toBe("edited");
    expect(comments.map(({ body }) => body)).toEqual([
      "<!-- kitestacks: report on monk -->\ntwo",
      "<!-- kitestacks: report on kscloud1 -->\nother",
    ]);
  });

  test("the own comment is found on the third page", async () => {
    const { forge, comments, asked } = await forgeServer(prefix);
    for (let id = 1; id <= 250; id += 1) comments.push(item(id, `talk ${id}`));
    const place = prefix === "" ? 220 : 120;
    comments[place] = item(place + 1, "<!-- kitestacks: report on monk -->\nold");
    expect(await putComment(forge, 7, "report on monk", "new")).toBe("edited");
    expect(comments).toHaveLength(250);
    expect(comments[place]?.body).toContain("new");
    expect(asked.filter(({ method }) => method === "GET").length).toBeGreaterThanOrEqual(3);
  });

  test("a marker that somebody quotes is not ours, and one that we may not edit is passed over", async () => {
    const { forge, comments } = await forgeServer(prefix, {
      fail: ({ method, path }) =>
        method === "PATCH" && path.endsWith("/2") ? { status: 403, json: {} } : undefined,
    });
    comments.push(
      item(1, "> <!-- kitestacks: report on monk -->"),
      item(2, "<!-- kitestacks: report on monk -->\nfake"),
    );
    expect(await putComment(forge, 7, "report on monk", "mine")).toBe("created");
    expect(comments.map(({ body }) => body.includes("mine"))).toEqual([false, false, true]);
  });

  test("a body that is too long is cut until it fits, with its blocks closed", async () => {
    const { forge, comments } = await forgeServer(prefix, { longest: 6_000 });
    const diff = `# top\n\n<details>\n\n\`\`\`\`diff\n${"+ line\n".repeat(2_000)}\`\`\`\`\n\n</details>`;
    await putComment(forge, 7, "report on monk", diff);
    expect(comments[0]?.body.length).toBeLessThanOrEqual(6_000);
    expect(comments[0]?.body).toMatch(/````\n\n<\/details>\n\n… cut: the platform takes no longer comment/);
  });

  test.each([
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "7" } }, 7],
    ["403 with Retry-After (GitHub's second limit)", { status: 403, headers: { "retry-after": "9" } }, 9],
    ["502", { status: 502 }, 2],
  ])("%s is waited for", async (_name, answer, seconds) => {
    let failures = 1;
    const { forge, comments, waits } = await forgeServer(prefix, {
      fail: () => (failures-- > 0 ? answer : undefined),
    });
    await putComment(forge, 7, "report on monk", "text");
    expect(comments).toHaveLength(1);
    expect(waits).toEqual([seconds]);
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

  test.each([
    [401, "401, the token is wrong or expired"],
    [403, "403, the token may not do this; it needs write access to issues and pull requests (docs/ci.md)"],
    [404, "404, there is no such repository, issue or comment, or the token does not see it"],
  ])("%i says what to do", async (status, words) => {
    const { forge } = await forgeServer(prefix, { fail: () => ({ status, json: {} }) });
    await expect(putComment(forge, 7, "report on monk", "text")).rejects.toThrow(words);
  });
});

describe("the issue about drift", () => {
  const finding = {
    id: "monk/container/miner",
    kind: "undeclared" as const,
    what: "container",
    name: "miner--1",
    text: "container miner on monk",
    repair: "remove it",
  };
  const report = (at: string, changes: Partial<DriftReport> = {}): DriftReport => ({
    stack: "monk",
    at,
    findings: [{ ...finding, since: at }],
    unreachable: [],
    ignored: [],
    ...changes,
  });
  const away = [{ id: "unreachable/monk", what: "monk", why: "no route to host", since: "2026-11-23" }];

  test("is opened once, rewritten with the first time kept, and closed by itself", async () => {
    const { forge, issues, comments } = await forgeServer("/api/v1");
    issues.push({ ...item(1, "<!-- kitestacks: drift of monk -->\na pull request"), pull_request: {} });
    expect(await keepDriftIssue(forge, report("2026-11-20"))).toBe("opened");
    expect(await keepDriftIssue(forge, report("2026-11-21"))).toBe("updated");
    expect(issues).toHaveLength(2);
    expect(issues[1]?.body).toContain("(known since 2026-11-20)");
    expect(await keepDriftIssue(forge, report("2026-11-22", { findings: [] }))).toBe("closed");
    expect(issues[1]?.state).toBe("closed");
    expect(comments.map(({ body }) => body)).toEqual(["At 2026-11-22 everything was as the program says."]);
    expect(await keepDriftIssue(forge, report("2026-11-23"))).toBe("opened");
    expect(issues[2]?.body).toContain("(known since 2026-11-23)");
  });

  test("a host that is away opens nothing and closes nothing", async () => {
    const { forge, issues } = await forgeServer("");
    const silent = report("2026-11-23", { findings: [], unreachable: away });
    expect(await keepDriftIssue(forge, silent)).toBe("nothing to do");
    await keepDriftIssue(forge, report("2026-11-24"));
    expect(await keepDriftIssue(forge, silent)).toBe("updated");
    expect(issues[0]?.state ?? "open").toBe("open");
  });

  test("times that somebody edited begin anew", async () => {
    const { forge, issues } = await forgeServer("");
    issues.push(item(1, "<!-- kitestacks: drift of monk -->\n<!-- kitestacks-times: {broken -->"));
    expect(await keepDriftIssue(forge, report("2026-11-21"))).toBe("updated");
    expect(issues[0]?.body).toContain("(known since 2026-11-21)");
  });
});

test("outside of a job the missing variable is named", () => {
  expect(() => forgeFromEnvironment({ GITHUB_API_URL: "https://api.github.com" })).toThrow(
    "GITHUB_REPOSITORY is not set; this command runs in a job of .github/workflows or .forgejo/workflows",
  );
});
