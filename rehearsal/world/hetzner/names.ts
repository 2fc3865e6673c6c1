import { ProviderError } from "../../provider/provider.ts";

/** Hetzner's names are unique per kind and project. */
export function refuseTwin(collection: Record<string, { name: string }>, what: string, name: string): void {
  if (Object.values(collection).some((entry) => entry.name === name)) {
    throw new ProviderError(`${what} name is already used (uniqueness_error): ${name}`);
  }
}
