// Helpers of the scripts that talk to a service's HTTP API. Every script ends with one word: changed or unchanged.
import http from "node:http";
import https from "node:https";

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** What a person reads; the stack trace of a refused password would help nobody. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** One request with a JSON body; answers status, text and JSON (undefined where the text is none). */
export function once(method, path, { body, token } = {}) {
  const url = new URL(path, input.base);
  const headers = {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    // A service's own certificate signs itself; the request does not leave this host's bridge.
    const options = { method, headers, timeout: 20_000, rejectUnauthorized: false };
    const request = (url.protocol === "https:" ? https : http).request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, text, json: parsed(text) }));
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 20 s")));
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counted from the script's own start, whatever a try takes. */
const deadline = Date.now() + Number(input.seconds) * 1000;

/** The same, tried again while the service starts: nothing listens yet, or it answers 5xx. */
export async function ask(method, path, options) {
  for (;;) {
    const answer = await once(method, path, options).catch((error) => ({ status: 0, text: error.message }));
    if (answer.status !== 0 && answer.status < 500) return answer;
    if (Date.now() >= deadline) {
      fail(
        `${input.service} does not answer ${method} ${path}: ${answer.status || answer.text}; docker logs ${input.service}`,
      );
    }
    await pause(Number(input.pause));
  }
}

/** Short, because an answer may repeat what was sent. */
export const shown = ({ status, text }) => `${status} ${text.slice(0, 200).replaceAll(input.password, "…")}`;
