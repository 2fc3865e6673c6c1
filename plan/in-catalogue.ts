import type { Problem } from "../settings/problem.ts";

/** A mistake in the facts of a service, which a person who sets nothing has all the same. */
export function inCatalogue(service: string, wrong: string, remedy: string): Problem {
  return { file: "catalogue", key: service, wrong, remedy };
}
