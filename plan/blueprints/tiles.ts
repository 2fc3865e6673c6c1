import { groups } from "../../catalogue/directory.ts";
import type { PublicService } from "../../catalogue/facts.ts";
import { tile } from "./application.ts";
import { accessFor, type Blueprint } from "./blueprint.ts";

/** A tile without provider for every public service whose login Authentik does not see, so that people find it. */
export function tilesBlueprint(services: readonly PublicService[]): Blueprint {
  return {
    order: 50,
    name: "tiles",
    why: "Services that sign on in another way, or need no account.",
    entries: services.flatMap(({ name, title, purpose, url }) => [
      {
        model: "authentik_core.application",
        id: name,
        identifiers: { slug: name },
        // A field that is left out keeps its value, and so would OpenProject's tile keep the client of its OpenID
        // Connect days, with a secret that is still good.
        attrs: { ...tile(title, purpose, `${url}/`), provider: null },
      },
      ...accessFor(name, [groups.users, groups.admins]),
    ]),
  };
}
