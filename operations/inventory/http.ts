import { ApiError, UnreachableError } from "./answers.ts";

export interface Api {
  /** What a person calls it, e.g. `Cloudflare`. */
  readonly name: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long to wait for an answer, milliseconds. */
  readonly patience?: number;
}

const PATIENCE_MS = 30_000;
const TRIES = 3;

/** What a remedy for a refusal is; everything else speaks for itself. */
const refusals: Readonly<Record<number, string>> = {
  401: "the token is wrong, expired or revoked",
  403: "the token may not read this; docs/ci.md lists the permissions that it needs",
  404: "there is no such thing, or the token does not see it",
};

/**
 * GETs JSON. A busy or ailing server (429, 5xx) is asked again, as late as it says.
 * @throws UnreachableError when nothing answers or it stays ailing. @throws ApiError for every other refusal.
 */
export async function getJson(api: Api, path: string): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await request(api, path);
    if (response.ok) return response.json();
    const ailing = response.status === 429 || response.status >= 500;
    if (!ailing) {
      const reason = refusals[response.status] ?? (await response.text()).slice(0, 300);
      throw new ApiError(`${api.name} answers ${response.status} to GET ${path}: ${reason}`, response.status);
    }
    if (attempt === TRIES) {
      throw new UnreachableError(
        `${api.name} answers ${response.status} to GET ${path}, ${TRIES} times in a row`,
      );
    }
    await response.body?.cancel();
    await pause(Number(response.headers.get("retry-after") ?? attempt));
  }
}

async function request(
  { name, baseUrl, headers, patience = PATIENCE_MS }: Api,
  path: string,
): Promise<Response> {
  try {
    return await fetch(baseUrl + path, { headers, signal: AbortSignal.timeout(patience) });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new UnreachableError(`${name} does not answer at ${baseUrl}: ${cause}`);
  }
}

const pause = (seconds: number) =>
  new Promise<void>((done) => {
    setTimeout(done, Math.min(Number.isFinite(seconds) ? seconds : 1, 60) * 1000);
  });
