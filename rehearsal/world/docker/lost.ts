import type { Machine, WorldState } from "../state.ts";

/** Writes down that volumes of a machine are gone: promise P8 asks for them. */
export function recordLost(state: WorldState, machine: Machine, volumes: readonly string[]): void {
  const lost = volumes.map((volume) => `${machine.name}/${volume}`);
  state.volumesLost = [...new Set([...state.volumesLost, ...lost])].sort();
}
