import { isSecret } from "./keys.ts";
import { type Problem, pathText } from "./problem.ts";
import { plainSecret } from "./schema/encrypted.ts";
import { faultOf } from "./schema/fault.ts";
import type { Fields } from "./yaml.ts";

/** Tailscale's, OpenRouter's and Cloudflare's credentials carry their issuer; a private key says so; Hetzner's has 64 characters. */
const forms = /tskey-\w|sk-or-\w|cf(k|ut|at)_\w|PRIVATE KEY|^(?![0-9a-f]{64}$)[A-Za-z0-9]{64}$/;

export const looksSecret = (value: unknown): boolean => typeof value === "string" && forms.test(value);

/** Secrets anywhere but under their own key, e.g. the OAuth client's secret where its id belongs. */
export function plainSecrets(file: string, config: Fields): Problem[] {
  return Object.entries(config)
    .filter(([key]) => !isSecret(key))
    .flatMap(([key, value]) => secretPaths(value, []).map((path) => pathText(key, path)))
    .map((key) => ({ file, key, ...faultOf(plainSecret) }));
}

function secretPaths(value: unknown, path: readonly PropertyKey[]): readonly (readonly PropertyKey[])[] {
  if (looksSecret(value)) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    secretPaths(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
