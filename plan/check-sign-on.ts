import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Service, Sso } from "../catalogue/service.ts";
import type { Problem } from "../settings/problem.ts";
import { inCatalogue } from "./in-catalogue.ts";

type ClientFacts = Extract<Sso, { clientId: string }>;

/** Mistakes in sign-on facts, which Authentik or the application would name only when somebody signs on (P6). */
export function signOnProblems(catalogue: Catalogue): readonly Problem[] {
  const clients = catalogue.flatMap((service) =>
    "clientId" in service.sso ? [{ service, sso: service.sso }] : [],
  );
  return [
    ...clients.flatMap(({ service, sso }) => clientProblems(service, sso)),
    ...withoutProvider(catalogue, clients[0]?.service),
    ...sharedIds(clients),
  ];
}

function clientProblems({ name, public: face, secrets }: Service, sso: ClientFacts): readonly Problem[] {
  const problems: (readonly [boolean, string, string])[] = [
    [
      /^[a-z0-9]+(-[a-z0-9]+)*$/.test(sso.clientId),
      `its client id ${sso.clientId} cannot be a slug in Authentik`,
      "use small letters, digits and single dashes",
    ],
    [
      sso.redirectPath.startsWith("/"),
      `its redirect path ${sso.redirectPath} does not begin at the root`,
      "put a / in front",
    ],
    [
      secrets?.["oidc"] !== undefined,
      "it signs on with Authentik, but has no secret oidc",
      "add it to secrets",
    ],
    [
      face !== undefined || sso.kind === "oidc on the tailnet",
      "it signs on at a public name, but is not public",
      'add public, or use the kind "oidc on the tailnet"',
    ],
  ];
  return problems.flatMap(([isFine, wrong, remedy]) => (isFine ? [] : [inCatalogue(name, wrong, remedy)]));
}

function withoutProvider(catalogue: Catalogue, client: Service | undefined): readonly Problem[] {
  if (client === undefined || catalogue.some(({ sso }) => sso.kind === "provider")) return [];
  return [
    inCatalogue(
      client.name,
      "it signs on, but no service is the provider",
      'add authentik, or set its sso to the kind "none"',
    ),
  ];
}

/** The client id is the slug, and the slug is the application: the second file would take over the first one's. */
function sharedIds(
  clients: readonly { readonly service: Service; readonly sso: ClientFacts }[],
): readonly Problem[] {
  return [...Map.groupBy(clients, ({ sso }) => sso.clientId)].flatMap(([id, [first, second]]) =>
    first === undefined || second === undefined
      ? []
      : [
          inCatalogue(
            second.service.name,
            `it wants the client id ${id}, which ${first.service.name} has`,
            "give it another client id",
          ),
        ],
  );
}
