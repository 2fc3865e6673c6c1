import type { Forge } from "../forge/api.ts";
import { type Answer, apiServer, type Request } from "./api-server.ts";

export interface Item {
  readonly id: number;
  readonly number: number;
  body: string;
  state?: string;
  /** Null once the account is gone. */
  readonly user: { readonly login: string } | null;
  readonly pull_request?: object;
}

export interface ForgeServerOptions {
  readonly longest?: number;
  /** Answers instead of the forge, which then does nothing; where it throws, the connection breaks. */
  readonly fail?: (request: Request) => Answer | undefined;
  /** Likewise, but once the forge has done what it was asked for. */
  readonly failAfterwards?: (request: Request) => Answer | undefined;
}

/**
 * A repository as both forges keep it: comments of pull request 7 and issues, in pages (GitHub: `per_page`, at most
 * 100; Forgejo: `limit`, at most 50), the next page in the Link header; a body of more than `longest` is refused.
 * The token is that of a job on GitHub, which may not ask whose it is, and on Forgejo that of the user kites-ci.
 */
export async function forgeServer(prefix: string, options: ForgeServerOptions = {}) {
  const { longest = 65_536, fail, failAfterwards } = options;
  const isForgejo = prefix !== "";
  const own = isForgejo ? "kites-ci" : "github-actions[bot]";
  const comments: Item[] = [];
  const issues: Item[] = [];
  const size = isForgejo ? 50 : 100;
  const page = (all: readonly Item[], { path, query }: Request): Answer => {
    const number = Number(query.get("page") ?? "1");
    const next = number * size < all.length;
    const link = `<https://git.public.example${path}?page=${number + 1}>; rel="next", <https://git.public.example${path}?page=9>; rel="last"`;
    return { headers: next ? { link } : {}, json: all.slice((number - 1) * size, number * size) };
  };
  const put = (list: Item[], body: string): Answer => {
    if (body.length > longest) return { status: 422, json: { message: "body is too long" } };
    const made = { id: list.length + 1, number: list.length + 1, body, user: { login: own } };
    list.push(made);
    return { status: 201, json: made };
  };
  const edit = (list: Item[], id: number, change: Partial<Item>): Answer => {
    const found = list.find((item) => item.id === id);
    if (!found) return { status: 404, json: { message: "Not Found" } };
    // GitHub lets whoever may write edit everybody's comments, Forgejo only the repository's administrators.
    if (isForgejo && list === comments && found.user?.login !== own) return { status: 403, json: {} };
    if ((change.body ?? "").length > longest) return { status: 422, json: {} };
    Object.assign(found, change);
    return { json: found };
  };
  const answer = (request: Request): Answer => {
    if (request.headers.authorization !== "token secret")
      return { status: 401, json: { message: "Bad credentials" } };
    if (request.path === `${prefix}/user`)
      return isForgejo
        ? { json: { login: own } }
        : { status: 403, json: { message: "Resource not accessible by integration" } };
    const path = request.path.replace(`${prefix}/repos/me/kites`, "");
    const sent = request.body === "" ? {} : JSON.parse(request.body);
    const [, one] = /^\/issues\/comments\/(\d+)$/.exec(path) ?? [];
    if (one !== undefined && request.method === "PATCH") return edit(comments, Number(one), sent);
    if (/^\/issues\/\d+\/comments$/.test(path))
      return request.method === "GET" ? page(comments, request) : put(comments, sent.body);
    if (path === "/issues" && request.method === "POST") return put(issues, sent.body);
    if (path === "/issues") {
      const isMeant = isForgejo ? isOfKind(request.query.get("type")) : hasType(request.query.get("type"));
      return page(
        issues.filter((issue) => (issue.state ?? "open") === "open" && isMeant(issue)),
        request,
      );
    }
    const [, issue] = /^\/issues\/(\d+)$/.exec(path) ?? [];
    if (issue !== undefined && request.method === "PATCH") return edit(issues, Number(issue), sent);
    return { status: 404, json: { message: "Not Found" } };
  };
  const server = await apiServer((request) => {
    const failure = fail?.(request);
    if (failure) return failure;
    const done = answer(request);
    return failAfterwards?.(request) ?? done;
  });
  const waits: number[] = [];
  const forge: Forge = {
    apiUrl: server.url + prefix,
    repository: "me/kites",
    token: "secret",
    pause: async (seconds) => {
      waits.push(seconds);
    },
  };
  return { forge, comments, issues, own, waits, asked: server.asked };
}

/** On Forgejo `type` tells issues from pull requests. */
const isOfKind =
  (type: string | null) =>
  ({ pull_request }: Item) =>
    type === "issues" ? !pull_request : type !== "pulls" || pull_request !== undefined;

/** On GitHub it is the name of an issue type (Bug, Task …), of which the issues here have none. */
const hasType = (type: string | null) => () => type === null || type === "none";
