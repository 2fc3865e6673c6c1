/** What a URN says: `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface Urn {
  stack: string;
  type: string;
  name: string;
}

/** A name may hold "::" itself, so it is everything after the third separator. */
export function parseUrn(urn: string): Urn {
  const [stack, , types, ...name] = urn.split("::");
  if (!stack?.startsWith("urn:pulumi:") || types === undefined || name.length === 0) {
    throw new Error(`"${urn}" is not a resource URN`);
  }
  return {
    stack: stack.slice("urn:pulumi:".length),
    type: types.slice(types.lastIndexOf("$") + 1),
    name: name.join("::"),
  };
}

/** The package of a provider resource's URN: "docker" for the type `pulumi:providers:docker`. */
export function packageOfProvider(urn: string): string {
  const { type } = parseUrn(urn);
  const prefix = "pulumi:providers:";
  if (!type.startsWith(prefix)) throw new Error(`"${urn}" is not the URN of a provider`);
  return type.slice(prefix.length);
}
