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
