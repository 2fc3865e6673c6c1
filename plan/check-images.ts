import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Problem } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * Promise P4: two versions of Authentik on one database are not supported, so server and worker run one image; the
 * outpost, an image of its own, has to be of the server's version.
 */
export function imageProblems(
  { services }: Settings,
  catalogue: Catalogue,
  file: string,
): readonly Problem[] {
  const imageOf = (name: string) => services.images[name] ?? referenceOf(catalogue, name);
  const [server, worker, ldap] = [
    imageOf("authentik"),
    imageOf("authentik-worker"),
    imageOf("authentik-ldap"),
  ];
  if (server === undefined || worker === undefined || ldap === undefined) return [];
  if (server === worker && repositoryAndTag(server).tag === repositoryAndTag(ldap).tag) return [];
  const wanted = "authentik" in services.images || !("authentik-worker" in services.images) ? server : worker;
  const { tag = "<the server's version>" } = repositoryAndTag(wanted);
  const outpost = repositoryAndTag(ldap).tag === tag ? ldap : `${repositoryAndTag(ldap).repository}:${tag}`;
  return [
    {
      file,
      key: "kitestacks:services.images",
      value: services.images,
      wrong: `Authentik's server, worker and LDAP outpost would not be of one version (${server}, ${worker}, ${ldap})`,
      remedy: `set all three: authentik: ${wanted}, authentik-worker: ${wanted}, authentik-ldap: ${outpost}`,
    },
  ];
}

function referenceOf(catalogue: Catalogue, name: string): string | undefined {
  const image = catalogue.find((service) => service.name === name)?.image;
  return image !== undefined && "reference" in image ? image.reference : undefined;
}

/** `ghcr.io/goauthentik/ldap:2026.8.3@sha256:…` → the name up to the tag, and `2026.8.3`; a registry's port is no tag. */
function repositoryAndTag(reference: string): {
  readonly repository: string;
  readonly tag: string | undefined;
} {
  const [, repository = "", tag] = /^(.+?)(?::([^:/]+))?$/.exec(reference.replace(/@.*$/, "")) ?? [];
  return { repository, tag };
}
