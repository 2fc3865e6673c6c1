import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson, startServer } from "./servers.ts";

export type FakeCommit = { title: string; time: string; author?: string };
export type FakeRepository = {
  name: string;
  commits: FakeCommit[];
  private?: boolean;
  /** The search does not know that it is empty, as right after its creation. */
  looksFull?: boolean;
  /** Takes over the answer to the question for its commits. */
  broken?: (response: ServerResponse) => void;
};
export type FakeForgejo = {
  repositories: FakeRepository[];
  token?: string;
  /** The server's own cap on entries per page (MAX_RESPONSE_ITEMS). */
  pageSize?: number;
  /** Takes over the answer to a page of the search; true when it did. */
  onPage?: (page: number, response: ServerResponse) => boolean;
};

/** Every request that the fake got, without the address. */
export type Requests = string[];

/**
 * Starts a Forgejo that answers as the real one does: `/repos/search` sorted by last update and paged, `/commits`
 * newest first, 409 for an empty repository, private repositories only with the token, 401 with a wrong one.
 */
export async function startForgejo(forgejo: FakeForgejo): Promise<{ url: string; requests: Requests }> {
  const requests: Requests = [];
  const url = await startServer((request, response) => {
    requests.push(request.url ?? "");
    answer(forgejo, request, response);
  });
  return { url, requests };
}

function answer(forgejo: FakeForgejo, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://forgejo");
  const given = request.headers.authorization;
  const visible = forgejo.repositories.filter((entry) => given !== undefined || entry.private !== true);
  const [, name] = /^\/api\/v1\/repos\/([^/]+\/[^/]+)\/commits$/.exec(url.pathname) ?? [];
  const repository = visible.find((entry) => entry.name === name);
  if (given !== undefined && given !== `token ${forgejo.token}`) {
    sendJson(response, { message: "invalid username, password or token" }, 401);
  } else if (url.pathname === "/api/v1/repos/search") {
    answerSearch(forgejo, visible, url.searchParams, response);
  } else if (repository !== undefined) {
    answerCommits(repository, Number(url.searchParams.get("limit")), response);
  } else {
    sendJson(response, { message: "The target couldn't be found." }, 404);
  }
}

function answerSearch(
  forgejo: FakeForgejo,
  visible: FakeRepository[],
  query: URLSearchParams,
  response: ServerResponse,
) {
  const page = Number(query.get("page"));
  if (forgejo.onPage?.(page, response) === true) return;
  const size = Math.min(Number(query.get("limit")), forgejo.pageSize ?? 50);
  const sorted = visible
    .map(toSearchEntry)
    .sort((one, other) => (one.updated_at < other.updated_at ? 1 : -1));
  response.setHeader("x-total-count", String(sorted.length));
  sendJson(response, { ok: true, data: sorted.slice((page - 1) * size, page * size) });
}

function toSearchEntry({ name, commits, looksFull, private: isPrivate = false }: FakeRepository, id: number) {
  return {
    id,
    full_name: name,
    name: name.split("/")[1],
    owner: { login: name.split("/")[0] },
    empty: commits.length === 0 && looksFull !== true,
    private: isPrivate,
    internal: false,
    html_url: `http://localhost:3000/${name}`,
    default_branch: "main",
    updated_at:
      commits
        .map(({ time }) => time)
        .sort()
        .at(-1) ?? "2026-01-01T00:00:00Z",
  };
}

function answerCommits(
  { name, commits, broken }: FakeRepository,
  limit: number,
  response: ServerResponse,
): void {
  const sorted = [...commits].sort((one, other) => (one.time < other.time ? 1 : -1));
  if (broken !== undefined) broken(response);
  else if (commits.length === 0) sendJson(response, { message: "Git Repository is empty." }, 409);
  else
    sendJson(
      response,
      sorted.slice(0, limit).map((commit) => toCommit(name, commit)),
    );
}

function toCommit(repository: string, { title, time, author = "Ada" }: FakeCommit) {
  const sha = Buffer.from(`${title}${"x".repeat(20)}`)
    .toString("hex")
    .slice(0, 40);
  return {
    sha,
    created: time,
    html_url: `http://localhost:3000/${repository}/commit/${sha}`,
    author: null,
    commit: {
      message: `${title}\n\nThe long story.\n`,
      author: { name: author, email: "ada@example.org", date: time },
      committer: { name: "Forge", email: "forge@example.org", date: time },
    },
  };
}
