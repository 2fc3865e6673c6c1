import type { Forge } from "../forge/api.ts";
import { type Answer, apiServer, type Request } from "./api-server.ts";

export interface Item {
  readonly id: number;
  readonly number: number;
  body: string;
  state?: string;
  readonly pull_request?: object;
}

/**
 * A repository as both forges keep it: comments of pull request 7 and issues, in pages (GitHub: `per_page`, at most
 * 100; Forgejo: `limit`, at most 50), the next page in the Link header; a body of more than `longest` is refused.
 */
export async function forgeServer(
  prefix: string,
  options: { readonly longest?: number; readonly fail?: (request: Request) => Answer | undefined } = {},
) {
  const comments: Item[] = [];
  const issues: Item[] = [];
  const size = prefix === "" ? 100 : 50;
  const page = (all: readonly Item[], { path, query }: Request): Answer => {
    const number = Number(query.get("page") ?? "1");
    const next = number * size < all.length;
    const link = `<https://git.public.example${path}?page=${number + 1}>; rel="next", <https://git.public.example${path}?page=9>; rel="last"`;
    return { headers: next ? { link } : {}, json: all.slice((number - 1) * size, number * size) };
  };
  const put = (list: Item[], body: string, status = 201): Answer => {
    if (body.length > (options.longest ?? 65_536))
      return { status: 422, json: { message: "body is too long" } };
    const made = { id: list.length + 1, number: list.length + 1, body };
    list.push(made);
    return { status, json: made };
  };
  const edit = (list: Item[], id: number, change: Partial<Item>): Answer => {
    const found = list.find((item) => item.id === id);
    if (!found) return { status: 404, json: { message: "Not Found" } };
    if ((change.body ?? "").length > (options.longest ?? 65_536)) return { status: 422, json: {} };
    Object.assign(found, change);
    return { json: found };
  };
  const server = await apiServer((request) => {
    const failure = options.fail?.(request);
    if (failure) return failure;
    if (request.headers.authorization !== "token secret")
      return { status: 401, json: { message: "Bad credentials" } };
    const path = request.path.replace(`${prefix}/repos/me/kites`, "");
    const sent = request.body === "" ? {} : JSON.parse(request.body);
    const [, one] = /^\/issues\/comments\/(\d+)$/.exec(path) ?? [];
    if (one !== undefined && request.method === "PATCH") return edit(comments, Number(one), sent);
    if (/^\/issues\/\d+\/comments$/.test(path))
      return request.method === "GET" ? page(comments, request) : put(comments, sent.body);
    if (path === "/issues" && request.method === "POST") return put(issues, sent.body);
    if (path === "/issues")
      return page(
        issues.filter(({ state = "open" }) => state === "open"),
        request,
      );
    const [, issue] = /^\/issues\/(\d+)$/.exec(path) ?? [];
    if (issue !== undefined && request.method === "PATCH") return edit(issues, Number(issue), sent);
    return { status: 404, json: { message: "Not Found" } };
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
  return { forge, comments, issues, waits, asked: server.asked };
}
