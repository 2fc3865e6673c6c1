import { AUTHENTIK_IMAGES } from "./facts/authentik.ts";
import { DATABASE_IMAGES } from "./facts/databases.ts";
import { BASE_IMAGES, EDGE_IMAGES } from "./facts/edge.ts";
import { LIBRARY_IMAGES } from "./facts/library.ts";
import { MONITORING_IMAGES } from "./facts/monitoring.ts";
import type { ImageEntry, ImageFacts } from "./facts/types.ts";
import { WORK_IMAGES } from "./facts/work.ts";

export type { Door, ImageFacts, Listener, Need, Run, Tool } from "./facts/types.ts";

export interface Reference {
  repository: string;
  tag: string;
  digest: string;
}

/** Splits "registry/name:tag@sha256:…"; Docker Hub's own prefixes are left out. */
export function parseReference(reference: string): Reference {
  const [name = "", digest = ""] = reference.split("@");
  const colon = name.lastIndexOf(":");
  const hasTag = colon > name.lastIndexOf("/");
  const repository = (hasTag ? name.slice(0, colon) : name).replace(/^(docker\.io|index\.docker\.io)\//, "");
  return {
    repository: repository.replace(/^library\//, ""),
    tag: hasTag ? name.slice(colon + 1) : "",
    digest,
  };
}

const TABLE: readonly ImageEntry[] = [
  ...EDGE_IMAGES,
  ...AUTHENTIK_IMAGES,
  ...DATABASE_IMAGES,
  ...WORK_IMAGES,
  ...LIBRARY_IMAGES,
  ...MONITORING_IMAGES,
  ...BASE_IMAGES,
];

/** @returns undefined when the world knows no such repository: then it cannot be pulled. */
export function factsOf(
  reference: string,
  own: Readonly<Record<string, ImageFacts>> = {},
): ImageFacts | undefined {
  const { repository, tag } = parseReference(reference);
  const entry = TABLE.find((one) => one.repositories.includes(repository) && (one.tags?.test(tag) ?? true));
  return own[repository] ?? entry?.facts;
}

/** Repositories that can be pulled, for error texts. */
export function knownRepositories(): string[] {
  return [...new Set(TABLE.flatMap((entry) => entry.repositories))].sort();
}
