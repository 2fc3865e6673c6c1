import type { ContainerPlan, FirstRunStep } from "./plan.ts";

interface Needing {
  readonly name: string;
  readonly needs: readonly string[];
}

/** Every item after what it needs, otherwise in the given order. Throws on a circle, naming it. */
export function inOrderOfNeed<T extends Needing>(items: readonly T[]): readonly T[] {
  const byName = new Map(items.map((item) => [item.name, item]));
  const ordered = new Set<T>();
  const place = (item: T, path: readonly string[]): void => {
    if (ordered.has(item)) return;
    const here = [...path, item.name];
    if (path.includes(item.name)) throw new Error(`These wait for each other: ${here.join(" → ")}.`);
    for (const name of item.needs) {
      const needed = byName.get(name);
      if (needed === undefined) throw new Error(`${item.name} needs ${name}, which is not in the catalogue.`);
      place(needed, here);
    }
    ordered.add(item);
  };
  for (const item of items) place(item, []);
  return [...ordered];
}

/**
 * Every container after what it needs, and after what the steps need that it waits for: those run before it, so their
 * own containers have to be there.
 */
export function inOrderOfStart(
  containers: readonly ContainerPlan[],
  steps: readonly FirstRunStep[],
): readonly ContainerPlan[] {
  const ordered = inOrderOfNeed(
    containers.map((container) => ({
      name: container.name,
      needs: [...container.needs, ...gatesBefore(container, steps).flatMap(({ needs }) => needs)],
      container,
    })),
  );
  return ordered.map(({ container }) => container);
}

/** The steps that a container waits for, because they gate a service that it needs. */
export function gatesBefore(
  { needs }: Pick<ContainerPlan, "needs">,
  steps: readonly FirstRunStep[],
): readonly FirstRunStep[] {
  return steps.filter(({ gate, service }) => gate && needs.includes(service));
}
