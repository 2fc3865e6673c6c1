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

const PROVIDER = "pulumi:providers:";

/** Whether it is the URN of a provider instance. */
export function isProvider(urn: string): boolean {
  return parseUrn(urn).type.startsWith(PROVIDER);
}

/** The package of a provider resource's URN: "docker" for the type `pulumi:providers:docker`. */
export function packageOfProvider(urn: string): string {
  if (!isProvider(urn)) throw new Error(`"${urn}" is not the URN of a provider`);
  return parseUrn(urn).type.slice(PROVIDER.length);
}
