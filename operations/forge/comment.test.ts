import { describe, expect, test } from "vitest";
import { forgeServer, type Item } from "../testing/forge-server.ts";
import { putComment } from "./comment.ts";

const item = (id: number, body: string, login = "somebody"): Item => ({
  id,
  number: id,
  body,
  user: { login },
});

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
    const { forge, comments, own, asked } = await forgeServer(prefix);
    for (let id = 1; id <= 250; id += 1) comments.push(item(id, `talk ${id}`));
    const place = prefix === "" ? 220 : 120;
    comments[place] = item(place + 1, "<!-- kitestacks: report on monk -->\nold", own);
    expect(await putComment(forge, 7, "report on monk", "new")).toBe("edited");
    expect(comments).toHaveLength(250);
    expect(comments[place]?.body).toContain("new");
    const pages = asked.filter(({ method, path }) => method === "GET" && path.endsWith("/comments"));
    expect(pages).toHaveLength(prefix === "" ? 3 : 5);
  });

  test("a marker that somebody else posted, or that is quoted, is not ours", async () => {
    const { forge, comments, own } = await forgeServer(prefix);
    const others = [
      item(1, "<!-- kitestacks: report on monk -->\nfake"),
      { ...item(2, "<!-- kitestacks: report on monk -->\nof an account that is gone"), user: null },
      item(3, "> <!-- kitestacks: report on monk -->", own),
    ];
    comments.push(...structuredClone(others));
    expect(await putComment(forge, 7, "report on monk", "mine")).toBe("created");
    expect(comments.slice(0, 3)).toEqual(others);
    expect(comments[3]?.body).toBe("<!-- kitestacks: report on monk -->\nmine");
  });

  test("a body that is too long is cut until it fits, with its blocks closed", async () => {
    const { forge, comments } = await forgeServer(prefix, { longest: 6_000 });
    const diff = `# top\n\n<details>\n\n\`\`\`\`diff\n${"+ line\n".repeat(2_000)}\`\`\`\`\n\n</details>`;
    await putComment(forge, 7, "report on monk", diff);
    expect(comments[0]?.body.length).toBeLessThanOrEqual(6_000);
    expect(comments[0]?.body).toMatch(/````\n\n<\/details>\n\n… cut: the platform takes no longer text/);
  });

  test.each([
    ["answered 502", () => ({ status: 502 })],
    ["not answered", () => hangUp()],
  ])("one that was stored but %s is not posted again", async (_name, lose) => {
    let losses = 1;
    const { forge, comments, waits } = await forgeServer(prefix, {
      failAfterwards: ({ method }) => (method === "POST" && losses-- > 0 ? lose() : undefined),
    });
    expect(await putComment(forge, 7, "report on monk", "text")).toBe("created");
    expect(comments).toHaveLength(1);
    expect(waits).toEqual([2]);
  });

  test("one that was not stored is posted again", async () => {
    let losses = 2;
    const { forge, comments, waits } = await forgeServer(prefix, {
      fail: ({ method }) => (method === "POST" && losses-- > 0 ? { status: 502 } : undefined),
    });
    expect(await putComment(forge, 7, "report on monk", "text")).toBe("created");
    expect(comments).toHaveLength(1);
    expect(waits).toEqual([2, 4]);
  });
});

/** The server's connection breaks where an answer throws. */
function hangUp(): never {
  throw new Error("hang up");
}
