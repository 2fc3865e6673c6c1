import { ForgeError, noAnswer, refusal } from "./failure.ts";

/** Where comments and issues go. GitHub and Forgejo answer to the same calls, as far as they are used here. */
export interface Forge {
  /** `https://api.github.com`, or `https://git.example.com/api/v1`. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** Waits; a test passes one that does not. */
  readonly pause?: (seconds: number) => Promise<void>;
}

const TRIES = 4;

export interface ForgeAnswer {
  readonly json: unknown;
  /** Number of the next page, where there is one. */
  readonly nextPage: number | undefined;
}

/** Path of the repository's issues, of which pull requests are some. */
export const issuesOf = ({ repository }: Forge) => `/repos/${repository}/issues`;

/**
 * One call. A rate limit, an ailing server or a broken connection is waited for; but a POST is sent again only where
 * the forge refused it, because otherwise it may be stored already (see `postOnce`).
 * @throws ForgeError naming the call, the status and the remedy
 */
export async function call(forge: Forge, method: string, path: string, body?: object): Promise<ForgeAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(forge, method, path, body);
    } catch (error) {
      if (method === "POST" && error instanceof ForgeError && error.isUncertain) throw error;
      await waitAfter(forge, error, attempt);
    }
  }
}

/** Looks before a second POST whether the first one was stored: a 502 once left two comments under a pull request. */
export async function postOnce(
  forge: Forge,
  post: () => Promise<void>,
  isThere: () => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post();
    } catch (error) {
      if (!(error instanceof ForgeError && error.isUncertain)) throw error;
      await waitAfter(forge, error, attempt);
      if (await isThere()) return;
    }
  }
}

/** Every item of a list that comes in pages. @param path with a query */
export async function everyPage(forge: Forge, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let page: number | undefined = 1; page !== undefined; ) {
    const { json, nextPage }: ForgeAnswer = await call(forge, "GET", `${path}&page=${page}`);
    if (!Array.isArray(json)) throw new ForgeError(`GET ${path}: the answer is no list`, 200);
    items.push(...json);
    page = nextPage;
  }
  return items;
}

async function ask(
  { apiUrl, token }: Forge,
  method: string,
  path: string,
  body?: object,
): Promise<ForgeAnswer> {
  const { href, origin, pathname } = new URL(apiUrl + path);
  try {
    const response = await fetch(href, {
      method,
      // GitHub wants a user agent; "token" is the word that both understand.
      headers: {
        authorization: `token ${token}`,
        accept: "application/json",
        "user-agent": "kitestacks",
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw refusal(`${method} ${pathname}`, response, await response.text());
    return { json: await response.json(), nextPage: nextPage(response.headers.get("link")) };
  } catch (error) {
    throw error instanceof ForgeError ? error : noAnswer(`${method} ${pathname}`, origin, error);
  }
}

/** Waits until another try makes sense. @throws the error itself where none does */
async function waitAfter({ pause = sleep }: Forge, error: unknown, attempt: number): Promise<void> {
  if (!(error instanceof ForgeError) || error.wait === undefined || attempt === TRIES) throw error;
  await pause(Math.max(error.wait, attempt * 2));
}

/**
 * Both forges name the next page in the Link header (`<https://…?page=2>; rel="next"`). Only its number is taken:
 * Forgejo writes its public address there, which a job inside of the tailnet may not reach, and which must not get
 * the token if it is somebody else's.
 */
function nextPage(link: string | null): number | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  const number = next === undefined ? null : new URL(next).searchParams.get("page");
  return number === null ? undefined : Number(number);
}

const sleep = (seconds: number) =>
  new Promise<void>((done) => {
    setTimeout(done, seconds * 1000);
  });
