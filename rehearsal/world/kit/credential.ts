import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { Workings } from "../workings.ts";
import { text } from "./values.ts";

/** What an operation asks of a token. */
export type Wish = "read" | "write";

/** A provider's own argument or, as every provider does without one, the variable in its plugin's environment. */
export function credential(
  workings: Workings,
  config: Properties,
  argument: string,
  variable: string,
): string {
  return text(config[argument]) || (workings.environment[variable] ?? "");
}

/** @throws ProviderError in the cloud's words when a token that may only read is to write. */
export function allow(workings: Workings, token: string, wish: Wish, refusal: string): void {
  if (wish === "write" && workings.state.readOnlyTokens.includes(token)) throw new ProviderError(refusal);
}
