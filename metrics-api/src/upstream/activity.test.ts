import { expect, test } from "vitest";
import { type FakeForgejo, type FakeRepository, startForgejo } from "../testing/forgejo.ts";
import { deadAddress, sendJson } from "../testing/servers.ts";
import { type ActivityOptions, collectActivity } from "./activity.ts";

const day = (number: number, hour = 12) => `2026-11-${String(number).padStart(2, "0")}T${hour}:00:00Z`;
const repository = (name: string, ...days: number[]): FakeRepository => ({
  name,
  commits: days.map((number) => ({ title: `${name.split("/")[1]} ${number}`, time: day(number) })),
});

async function collect(forgejo: FakeForgejo, options: Partial<ActivityOptions> = {}) {
  const { url, requests } = await startForgejo(forgejo);
  const collected = await collectActivity({
    url,
    publicUrl: undefined,
    token: undefined,
    showPrivate: false,
    ...options,
  });
  return { ...collected, titles: collected.commits.map(({ title }) => title), requests, url };
}

test("merges the commits of all repositories, newest first", async () => {
  const { titles, partial } = await collect({
    repositories: [repository("ada/one", 1, 5), repository("ada/two", 3)],
  });
  expect(titles).toEqual(["one 5", "two 3", "one 1"]);
  expect(partial).toBe(false);
});

test("tells of a commit its first line, short hash, author, time and public page", async () => {
  const { commits } = await collect(
    { repositories: [repository("ada/one", 5)] },
    { publicUrl: "https://git.example.org" },
  );
  const sha = "6f6e6520357878787878787878787878787878787";
  expect(commits).toEqual([
    {
      repository: "ada/one",
      title: "one 5",
      hash: sha.slice(0, 10),
      author: "Ada",
      time: "2026-11-05T12:00:00.000Z",
      link: `https://git.example.org/ada/one/commit/${sha.slice(0, 40)}`,
    },
  ]);
});

test("links to the address it asks when no public one is configured", async () => {
  const { commits, url } = await collect({ repositories: [repository("ada/one", 5)] });
  expect(commits[0]?.link).toMatch(`${url}/ada/one/commit/`);
});

test("reads every page, also when the server sends fewer entries than it is asked for", async () => {
  const repositories = Array.from({ length: 12 }, (_, index) => repository(`ada/r${index + 10}`, index + 1));
  const { titles } = await collect({ repositories, pageSize: 5 });
  expect(titles).toHaveLength(12);
  expect(new Set(titles).size).toBe(12);
});

test("stops asking when no older repository can add anything", async () => {
  const busy = repository("ada/busy", ...Array.from({ length: 25 }, (_, index) => index + 2));
  const commits = [
    ...busy.commits,
    ...busy.commits.map(({ title }) => ({ title: `${title} late`, time: day(28, 13) })),
  ];
  const old = Array.from({ length: 10 }, (_, index) => repository(`ada/old${index}`, 1));
  const { requests, titles } = await collect({ repositories: [{ ...busy, commits }, ...old] });
  expect(titles).toHaveLength(50);
  // The search, the first batch of five, and nothing more.
  expect(requests).toHaveLength(6);
});

test("takes an empty repository (409) for one without commits", async () => {
  const empty: FakeRepository = { name: "ada/empty", commits: [], looksFull: true };
  const { titles, partial, requests } = await collect({ repositories: [empty, repository("ada/one", 2)] });
  expect(requests).toContainEqual(expect.stringContaining("/repos/ada/empty/commits"));
  expect(titles).toEqual(["one 2"]);
  expect(partial).toBe(false);
});

test("a token reaches private repositories, and they are shown only when that is configured", async () => {
  const repositories = [{ ...repository("ada/secret", 9), private: true }, repository("ada/open", 2)];
  const forgejo = { repositories, token: "t0ken" };
  expect((await collect(forgejo)).titles).toEqual(["open 2"]);
  expect((await collect(forgejo, { token: "t0ken" })).titles).toEqual(["open 2"]);
  expect((await collect(forgejo, { token: "t0ken", showPrivate: true })).titles).toEqual([
    "secret 9",
    "open 2",
  ]);
});

test.each<[string, FakeRepository["broken"]]>([
  ["status 500", (response) => sendJson(response, { message: "boom" }, 500)],
  ["no answer", () => {}],
  ["no JSON", (response) => response.end("<html>")],
  ["a commit without a hash", (response) => sendJson(response, [{ commit: {} }])],
  ["a body that breaks off", (response) => response.write("[", () => response.destroy())],
])("one repository that fails (%s) makes the rest partial", async (_, broken) => {
  const repositories = [
    { ...repository("ada/broken", 9), ...(broken && { broken }) },
    repository("ada/fine", 2),
  ];
  expect(await collect({ repositories })).toMatchObject({ titles: ["fine 2"], partial: true });
});

test("one page that fails makes the rest partial", async () => {
  const repositories = Array.from({ length: 9 }, (_, index) => repository(`ada/r${index}`, index + 1));
  const onPage: FakeForgejo["onPage"] = (page, response) => {
    if (page === 2) sendJson(response, {}, 500);
    return page === 2;
  };
  const { titles, partial } = await collect({ repositories, pageSize: 3, onPage });
  expect(titles).toEqual(["r8 9", "r7 8", "r6 7", "r2 3", "r1 2", "r0 1"]);
  expect(partial).toBe(true);
});

test.each(["../../etc", "../admin", "ada/..", "ada", "ada/one?x"])(
  "a search entry called %s is left out alone",
  async (full_name) => {
    const onPage: FakeForgejo["onPage"] = (page, response) => {
      if (page > 1) return false;
      const good = { full_name: "ada/one", updated_at: day(5) };
      sendJson(response, { ok: true, data: [{ full_name, updated_at: day(5) }, good] });
      return true;
    };
    expect(await collect({ repositories: [repository("ada/one", 5)], onPage })).toMatchObject({
      titles: ["one 5"],
      partial: true,
    });
  },
);

test("fails as a whole when no page can be read, after two tries", async () => {
  let pages = 0;
  const onPage: FakeForgejo["onPage"] = (_, response) => {
    pages += 1;
    sendJson(response, {}, 500);
    return true;
  };
  await expect(collect({ repositories: [], onPage })).rejects.toThrow("answered with status 500");
  expect(pages).toBe(2);
});

test("fails as a whole when every repository fails, so that the last good list stays", async () => {
  const broken: FakeRepository["broken"] = (response) => sendJson(response, {}, 503);
  const repositories = [{ ...repository("ada/one", 1), broken }];
  await expect(collect({ repositories })).rejects.toThrow("answered with status 503");
});

test("fails with a wrong token", async () => {
  const asking = collect({ repositories: [repository("ada/one", 1)], token: "right" }, { token: "wrong" });
  await expect(asking).rejects.toThrow("answered with status 401");
});

test("fails when nobody listens", async () => {
  const options = { url: deadAddress, publicUrl: undefined, token: undefined, showPrivate: false };
  await expect(collectActivity(options)).rejects.toThrow("could not be reached (ECONNREFUSED)");
});

test("a Forgejo without repositories has no commits and is not broken", async () => {
  expect(await collect({ repositories: [] })).toMatchObject({ titles: [], partial: false });
});
