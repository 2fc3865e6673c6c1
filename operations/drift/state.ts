import type { Plan } from "../../plan/plan.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import type { StackAccess } from "../stack/stack-access.ts";

/** Ids of the resources of a type that the state holds. */
export function idsOf(resources: readonly StoredResource[]) {
  return (type: string) => new Set(resources.filter((one) => one.type === type).map(({ id }) => id));
}

export const urnOf = (resources: readonly StoredResource[], id: string) =>
  resources.find((one) => one.id === id)?.urn ?? id;

/** The hub's tailnet address: the settings', or what its stack put out; "" before a new machine's first `up`. */
export async function hubAddressOf({ hub }: Plan, stack: StackAccess): Promise<string> {
  if (typeof hub.address === "string") return hub.address;
  const { shared } = await stack.outputs();
  const address: unknown = (shared?.value as { readonly address?: unknown } | undefined)?.address;
  return typeof address === "string" ? address : "";
}
