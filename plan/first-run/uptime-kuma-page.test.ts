import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeKuma } from "./testing/kuma.ts";
import { runScript, stepNamed, testSecret } from "./testing/run.ts";

const monitors = stepNamed("uptime-kuma.monitors");

let kuma: FakeKuma;
let run: () => ReturnType<typeof runScript>;

/** Every test starts where a first run left the status page. */
beforeEach(async () => {
  kuma = new FakeKuma();
  kuma.users = { kiteadmin: testSecret("uptime-kuma.adminPassword") };
  const url = await kuma.listen();
  run = () => runScript(monitors, { "http://127.0.0.1:3001": url });
  expect((await run()).out).toBe("changed\n");
});
afterEach(() => kuma.close());

function pageOf({ pages }: FakeKuma) {
  const page = pages["kitestacks"];
  if (page === undefined) throw new Error("there is no status page");
  return page;
}

test("groups and monitors that people put on the page stay, in their order", async () => {
  const page = pageOf(kuma);
  const [services, local] = page.groups;
  if (services === undefined || local === undefined) throw new Error("a group is missing");
  const link = { id: 3, sendUrl: true, url: "https://auth.example.org/" };
  const own = { id: 3, name: "Mine", monitorList: [{ id: 90 }] };
  page.groups = [local, { ...services, monitorList: [link, { id: 90 }] }, own];
  page.config["description"] = "words";
  expect((await run()).out).toBe("changed\n");
  const { groups, config } = pageOf(kuma);
  expect(groups.map(({ id, name }) => [id, name])).toEqual([
    [2, "cloud"],
    [1, "Services"],
    [3, "Mine"],
  ]);
  expect(groups[1]?.monitorList.slice(0, 3)).toEqual([link, { id: 90 }, { id: 1 }]);
  expect(groups[1]?.monitorList).toHaveLength(10);
  expect(groups[2]).toEqual(own);
  expect(config["description"]).toBe("words");
  expect((await run()).out).toBe("unchanged\n");
});

test("the page gets the site's title", async () => {
  pageOf(kuma).config["title"] = "old";
  expect((await run()).out).toBe("changed\n");
  expect(pageOf(kuma).config["title"]).toBe("Example");
});

test("a page that cannot be read is not written", async () => {
  kuma.hidesPages = true;
  const before = kuma.written.length;
  const { code, err } = await run();
  expect([code, err]).toEqual([1, "Uptime Kuma does not show its status page kitestacks: 404\n"]);
  expect(kuma.written.slice(before)).toEqual([]);
});
