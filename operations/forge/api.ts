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

/** The forge refused. Exit code 1, as for everything that is no finding. */
export class ForgeError extends Error {
  override name = "ForgeError";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** A job has 10 minutes; longer than this it does not wait for a limit to be lifted. */
const LONGEST_WAIT_S = 300;
const TRIES = 4;

export interface ForgeAnswer {
  readonly json: unknown;
  /** Path of the next page, where there is one. */
  readonly next: string | undefined;
}

/**
 * One call. A rate limit or an ailing server is waited for, as long as it says.
 * @throws ForgeError naming the call, the status and the remedy
 */
export async function call(forge: Forge, method: string, path: string, body?: object): Promise<ForgeAnswer> {
  const { apiUrl, repository, token, pause = sleep } = forge;
  const url = `${apiUrl}/repos/${repository}${path}`;
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
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
    if (response.ok)
      return { json: await response.json(), next: nextPage(path, response.headers.get("link")) };
    const said = (await response.text()).slice(0, 500);
    const wait = waitFor(response, attempt);
    if (wait === undefined || attempt === TRIES || wait > LONGEST_WAIT_S) {
      throw new ForgeError(
        `${method} ${new URL(url).pathname}: ${remedyFor(response, wait)} (${said})`,
        response.status,
      );
    }
    await pause(wait);
  }
}

/** Every item of a list that comes in pages. */
export async function everyPage(forge: Forge, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: ForgeAnswer = await call(forge, "GET", next);
    if (!Array.isArray(answer.json)) throw new ForgeError(`GET ${next}: the answer is no list`, 200);
    items.push(...answer.json);
    next = answer.next;
  }
  return items;
}

/**
 * Both forges name the next page in the Link header (`<https://…?page=2>; rel="next"`). Only its number is taken:
 * Forgejo writes its public address there, which a job inside of the tailnet may not reach, and which must not get
 * the token if it is somebody else's.
 */
function nextPage(path: string, link: string | null): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  const number = next === undefined ? null : new URL(next).searchParams.get("page");
  if (number === null) return undefined;
  return `${path.replace(/&page=\d+$/, "")}&page=${number}`;
}

/** Seconds until another try makes sense; undefined: never. GitHub answers 403 as well as 429 to too many calls. */
function waitFor({ status, headers }: Response, attempt: number): number | undefined {
  const after = headers.get("retry-after");
  if (after !== null && (status === 403 || status === 429 || status >= 500)) return Number(after) || attempt;
  if ((status === 403 || status === 429) && headers.get("x-ratelimit-remaining") === "0") {
    const reset = Number(headers.get("x-ratelimit-reset"));
    return Math.max(1, Math.ceil(reset - Date.now() / 1000));
  }
  return status === 429 || status >= 500 ? attempt * 2 : undefined;
}

function remedyFor({ status }: Response, wait: number | undefined): string {
  if (wait !== undefined && wait > LONGEST_WAIT_S)
    return `${status}, the rate limit is lifted only in ${wait} s`;
  const remedies: Readonly<Record<number, string>> = {
    401: "401, the token is wrong or expired",
    403: "403, the token may not do this; it needs write access to issues and pull requests (docs/ci.md)",
    404: "404, there is no such repository, issue or comment, or the token does not see it",
  };
  return remedies[status] ?? String(status);
}

const sleep = (seconds: number) =>
  new Promise<void>((done) => {
    setTimeout(done, seconds * 1000);
  });
