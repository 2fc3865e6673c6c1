/** An image reference taken apart; `registry` is the host that answers for it. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Set when the reference is pinned already. */
  readonly digest: string | undefined;
}

/**
 * As Docker reads it: the first part is a registry when it has a dot or a port; `redis` is `library/redis` of Docker
 * Hub, which answers under another name than the one that stands in references.
 */
export function parseReference(reference: string): ImageReference {
  const [, name = "", tag = "latest", digest] =
    /^(.+?)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(reference) ?? [];
  const [first = "", ...rest] = name.split("/");
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const host = isRegistry ? first : "docker.io";
  const path = isRegistry ? rest.join("/") : name;
  const isHub = host === "docker.io";
  return {
    registry: isHub ? "registry-1.docker.io" : host,
    repository: isHub && !path.includes("/") ? `library/${path}` : path,
    tag,
    digest,
  };
}
