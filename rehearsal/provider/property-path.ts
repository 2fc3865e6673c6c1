import type { Properties, Value } from "./provider.ts";

/** "a.b[0].c"; a key with a dot, bracket or quote is quoted as the engine does it: `a["x.y"]`. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (/[.[\]"]/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The value under a path, `undefined` where there is none. */
export function valueAt(properties: Properties, path: string): Value | undefined {
  let value: Value | undefined = properties;
  for (const key of splitPath(path)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Array.isArray(value) ? value[Number(key)] : (value as Properties)[key];
  }
  return value;
}

function splitPath(path: string): string[] {
  const parts = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...parts].map(([, quoted, index, plain]) =>
    quoted === undefined ? (index ?? plain ?? "") : (JSON.parse(`"${quoted}"`) as string),
  );
}
