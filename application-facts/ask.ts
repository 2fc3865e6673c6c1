import type { Asked } from "./fact.ts";

const patienceMs = 10_000;

/**
 * Puts a fact's question to a running application. Answers what is otherwise than the fact says, in plain words; nothing
 * where all is as it should be. Throws where nobody answers.
 */
export async function ask(base: string, { request, expected }: Asked): Promise<readonly string[]> {
  const { method, path, json } = request;
  const answer = await fetch(new URL(path, base), {
    method,
    // A redirect to the login is an answer, not a way to one.
    redirect: "manual",
    signal: AbortSignal.timeout(patienceMs),
    ...(json !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(json),
    }),
  });
  const text = await answer.text();
  const asked = `${method} ${path}`;
  return [
    ...(expected.status.includes(answer.status)
      ? []
      : [`${asked} answers ${answer.status}, expected ${expected.status.join(" or ")}`]),
    ...(expected.holds === undefined || text.includes(expected.holds)
      ? []
      : [`${asked} does not say ${expected.holds}, expected it to`]),
    ...(expected.lacks === undefined || !text.includes(expected.lacks)
      ? []
      : [`${asked} says ${expected.lacks}, expected it not to`]),
  ];
}
