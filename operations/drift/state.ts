import type { StoredResource } from "../../rehearsal/engine/state.ts";

/** Ids of the resources of a type that the state holds. */
export function idsOf(resources: readonly StoredResource[]) {
  return (type: string) => new Set(resources.filter((one) => one.type === type).map(({ id }) => id));
}

export const urnOf = (resources: readonly StoredResource[], id: string) =>
  resources.find((one) => one.id === id)?.urn ?? id;
