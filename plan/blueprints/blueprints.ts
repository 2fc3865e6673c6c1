import type { Catalogue } from "../../catalogue/catalogue.ts";
import type { Blueprints, PublicService } from "../../catalogue/facts.ts";
import type { OidcClient } from "../sign-on.ts";
import { applicationBlueprint } from "./application.ts";
import { type Blueprint, blueprintFile } from "./blueprint.ts";
import { groupsBlueprint, noBootstrapToken, prerequisites, scopes } from "./foundation.ts";
import { ldapBlueprint, ldapTokenBlueprint } from "./ldap.ts";
import { tilesBlueprint } from "./tiles.ts";

/**
 * Everything that Authentik has to know of the catalogue. Nothing in it depends on the host: a worker that lacks a
 * file takes its blueprint out of the shared database, and two different workers would undo each other's work.
 */
export function blueprintsFor(
  catalogue: Catalogue,
  clients: readonly OidcClient[],
  publicServices: readonly PublicService[],
): Blueprints {
  const blueprints: readonly Blueprint[] = [
    prerequisites,
    groupsBlueprint,
    noBootstrapToken,
    scopes,
    ...clients.map(applicationBlueprint),
    tilesBlueprint(withoutClient(catalogue, clients, publicServices)),
    ...(catalogue.some(({ name }) => name === "authentik-ldap") ? [ldapBlueprint, ldapTokenBlueprint] : []),
  ];
  return {
    files: blueprints.map(blueprintFile).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    secrets: Object.assign({}, ...blueprints.map(({ secrets }) => secrets ?? {})),
  };
}

function withoutClient(
  catalogue: Catalogue,
  clients: readonly OidcClient[],
  publicServices: readonly PublicService[],
): readonly PublicService[] {
  const provider = catalogue.find(({ sso }) => sso.kind === "provider")?.name;
  return publicServices.filter(
    ({ name }) => name !== provider && !clients.some((client) => client.name === name),
  );
}
