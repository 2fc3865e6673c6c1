/** The entry of a name, for people who write tests: the error tells which names there are. */
export function named<Entry extends { name: string }>(
  entries: Record<string, Entry>,
  what: string,
  name: string,
): Entry {
  const found = Object.values(entries).find((entry) => entry.name === name);
  if (found) return found;
  const known = Object.values(entries).map((entry) => entry.name);
  throw new Error(`the world has no ${what} ${name}; it has ${known.sort().join(", ") || "none"}`);
}
