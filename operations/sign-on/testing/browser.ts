import type { Browser, Fetch } from "../sign-on.ts";

interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** Follows redirects and keeps cookies, until it is sent to the application. */
export function testBrowser(fetchPage: Fetch): Browser {
  return async (authorization, redirectUri) => {
    const cookies = new Map<string, Cookie>();
    let url = authorization;
    // A sign-on takes four pages; more than this is a circle.
    for (let page = 0; page < 10; page += 1) {
      if (url.href.startsWith(redirectUri)) return url;
      const answer = await fetchPage(url.href, {
        method: "GET",
        headers: { cookie: cookieHeader(cookies, url.pathname) },
        body: null,
        redirect: "manual",
      });
      keep(cookies, answer.headers);
      const location = answer.headers.get("location");
      if (location === null) {
        throw new Error(
          `${url.pathname} answered ${answer.status} instead of leading on: ${await answer.text()}`,
        );
      }
      url = new URL(location, url);
    }
    throw new Error(`the sign-on leads in a circle, last to ${url.href}`);
  };
}

function cookieHeader(cookies: ReadonlyMap<string, Cookie>, path: string): string {
  return [...cookies]
    .filter(([, cookie]) => path.startsWith(cookie.path))
    .map(([name, { value }]) => `${name}=${value}`)
    .join("; ");
}

function keep(cookies: Map<string, Cookie>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, { value, path: /;\s*path=([^;]+)/i.exec(line)?.[1] ?? "/" });
  }
}
