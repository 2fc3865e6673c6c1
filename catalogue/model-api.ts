import type { Facts } from "./facts.ts";
import { secret, type Text, text } from "./text.ts";

/**
 * Where an app sends its model requests: LiteLLM on this host, or OpenRouter itself on a host that leaves
 * LiteLLM out, so that such a host lives while the others are off.
 */
export function modelApi({ runs }: Facts, names: { base: string; key: string }): Record<string, Text> {
  return runs("kite-litellm")
    ? {
        [names.base]: "http://kite-litellm:4000/v1",
        [names.key]: text`sk-${secret("kite-litellm.masterKey")}`,
      }
    : {
        [names.base]: "https://openrouter.ai/api/v1",
        [names.key]: text`${secret("provided.openrouterApiKey")}`,
      };
}
