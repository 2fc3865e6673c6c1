import { describe, expect, test } from "vitest";
import type { DriftReport } from "../drift/finding.ts";
import { forgeServer, type Item } from "../testing/forge-server.ts";
import { keepDriftIssue } from "./issue.ts";

const item = (id: number, body: string, login: string): Item => ({ id, number: id, body, user: { login } });

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

/** So many records that nobody declared. */
function crowd(at: string, count: number): DriftReport {
  const records = Array.from({ length: count }, (_, number) => ({
    ...finding,
    id: `Cloudflare/record/${String(number).padStart(32, "0")}`,
    text: `record host${number}.example.org of type A, which points to 203.0.113.${number % 256}`,
    repair: `delete the record host${number}.example.org in Cloudflare's dashboard, under DNS of example.org`,
    since: at,
  }));
  return report(at, { findings: records });
}

describe.each([
  ["GitHub", ""],
  ["Forgejo", "/api/v1"],
])("the issue about drift on %s", (_, prefix) => {
  test("is opened once, rewritten with the first time kept, and closed by itself", async () => {
    const { forge, issues, comments, own } = await forgeServer(prefix);
    const marked = "<!-- kitestacks: drift of monk -->\na pull request";
    issues.push({ ...item(1, marked, own), pull_request: {} });
    expect(await keepDriftIssue(forge, report("2026-11-20"))).toBe("opened");
    expect(await keepDriftIssue(forge, report("2026-11-21"))).toBe("updated");
    expect(issues).toHaveLength(2);
    expect(issues[0]?.body).toBe(marked);
    expect(issues[1]?.body).toContain("(known since 2026-11-20)");
    expect(await keepDriftIssue(forge, report("2026-11-22", { findings: [] }))).toBe("closed");
    expect(issues[1]?.state).toBe("closed");
    expect(comments.map(({ body }) => body)).toEqual([
      "<!-- kitestacks: no drift at 2026-11-22 -->\nAt 2026-11-22 everything was as the program says.",
    ]);
    expect(await keepDriftIssue(forge, report("2026-11-23"))).toBe("opened");
    expect(issues[2]?.body).toContain("(known since 2026-11-23)");
  });

  test("its last words claim no more than what was looked at", async () => {
    const { forge, comments } = await forgeServer(prefix);
    await keepDriftIssue(forge, report("2026-11-20"));
    const unseen = [{ what: "Cloudflare", why: "the token may not read redirect rules" }];
    await keepDriftIssue(forge, { ...report("2026-11-21", { findings: [] }), unseen });
    expect(comments[0]?.body).toContain(
      "At 2026-11-21 everything that was looked at was as the program says.",
    );
  });

  test("a host that is away opens nothing and closes nothing", async () => {
    const { forge, issues } = await forgeServer(prefix);
    const silent = report("2026-11-23", { findings: [], unreachable: away });
    expect(await keepDriftIssue(forge, silent)).toBe("nothing to do");
    await keepDriftIssue(forge, report("2026-11-24"));
    expect(await keepDriftIssue(forge, silent)).toBe("updated");
    expect(issues[0]?.state ?? "open").toBe("open");
  });

  test("times that somebody edited begin anew", async () => {
    const { forge, issues, own } = await forgeServer(prefix);
    issues.push(item(1, "<!-- kitestacks: drift of monk -->\n<!-- kitestacks-times: {broken -->", own));
    expect(await keepDriftIssue(forge, report("2026-11-21"))).toBe("updated");
    expect(issues[0]?.body).toContain("(known since 2026-11-21)");
  });

  test("of somebody else is left alone", async () => {
    const { forge, issues } = await forgeServer(prefix);
    const theirs = item(1, "<!-- kitestacks: drift of monk -->\nnothing to see here", "somebody");
    issues.push(structuredClone(theirs));
    expect(await keepDriftIssue(forge, report("2026-11-21"))).toBe("opened");
    expect(await keepDriftIssue(forge, report("2026-11-22"))).toBe("updated");
    expect(issues).toHaveLength(2);
    expect(issues[0]).toEqual(theirs);
  });

  test.each([300, 3_000])("with %i findings is cut until it fits, and still found", async (count) => {
    const { forge, issues } = await forgeServer(prefix);
    expect(await keepDriftIssue(forge, crowd("2026-11-20", count))).toBe("opened");
    expect(issues[0]?.body.length).toBeLessThanOrEqual(65_536);
    expect(issues[0]?.body).toContain("… cut: the platform takes no longer text");
    expect(await keepDriftIssue(forge, crowd("2026-11-21", count))).toBe("updated");
    expect(issues).toHaveLength(1);
    expect(issues[0]?.body).toContain("(known since 2026-11-20)");
    // Times are kept of what the text had no room for, too.
    expect(issues[0]?.body).toMatch(/"Cloudflare\/record\/0+299":"2026-11-20"/);
  });

  test("that was stored but answered 502 is not opened again, nor closed with two comments", async () => {
    const { forge, issues, comments } = await forgeServer(prefix, {
      failAfterwards: ({ method }) => (method === "POST" ? { status: 502 } : undefined),
    });
    expect(await keepDriftIssue(forge, report("2026-11-20"))).toBe("opened");
    expect(issues).toHaveLength(1);
    expect(await keepDriftIssue(forge, report("2026-11-22", { findings: [] }))).toBe("closed");
    expect(comments).toHaveLength(1);
  });
});
