import type {
  ObservedContainer,
  ObservedHost,
  ObservedOidcClient,
  ObservedSettings,
} from "../../promises/observed.ts";
import { clientSettings, originOf, type ScriptInput } from "./applications.ts";
import { type BlueprintFile, inEnvironment, readBlueprint } from "./read-blueprint.ts";

/**
 * Both sides of every public sign-on, as each host has them: the providers in the blueprint files on Authentik's
 * worker, and what the applications are set to use.
 * @param publicHostnames an application may know its own name only from the requests that it gets
 * @param inputsOf what scripts inside a host's containers were given, oldest first
 */
export function observeOidcClients(
  hosts: readonly ObservedHost[],
  publicHostnames: ObservedSettings["publicHostnames"],
  inputsOf: (host: string) => readonly ScriptInput[],
): readonly ObservedOidcClient[] {
  // Of several names the first.
  const urls = new Map(
    publicHostnames.toReversed().map(({ hostname, container }) => [container, `https://${hostname}`]),
  );
  return hosts.flatMap((host) => [
    ...host.containers
      .flatMap(registered)
      .flatMap(({ name, ...client }): ObservedOidcClient[] =>
        urls.has(name) ? [{ ...client, service: name, host: host.name, side: "provider" }] : [],
      ),
    ...host.containers.flatMap((container) => {
      const url = urls.get(container.name);
      const settings = url === undefined ? undefined : clientSettings(container, url, inputsOf(host.name));
      if (settings === undefined) return [];
      const { redirectUri, ...client } = settings;
      return [
        {
          ...client,
          service: container.name,
          host: host.name,
          side: "application" as const,
          redirectUris: [redirectUri],
        },
      ];
    }),
  ]);
}

/** The OpenID Connect providers of the blueprints in a container, with secrets out of its environment. */
function registered({ files, environment }: ObservedContainer) {
  return files
    .filter(({ path }) => /^\/blueprints\/custom\/[^/]+\.yaml$/.test(path))
    .flatMap(({ content }) => entriesOf(content))
    .filter(({ model }) => model === "authentik_providers_oauth2.oauth2provider")
    .map(({ identifiers, attrs }) => ({
      name: String(identifiers["name"]),
      authority: originOf(environment["AUTHENTIK_WEB__BASE_URL"]),
      clientId: String(attrs["client_id"]),
      clientSecret: inEnvironment(attrs["client_secret"], environment) ?? "",
      redirectUris: redirectUris(attrs),
    }));
}

/** A file that Authentik could not load registers nothing. */
function entriesOf(content: string): BlueprintFile["entries"] {
  try {
    return readBlueprint(content).entries;
  } catch {
    return [];
  }
}

/** Only those that Authentik compares letter by letter, as addresses for logins. */
function redirectUris(attrs: BlueprintFile["entries"][number]["attrs"]): readonly string[] {
  const given = Array.isArray(attrs["redirect_uris"]) ? attrs["redirect_uris"] : [];
  return given
    .filter((it) => it["matching_mode"] === "strict" && it["redirect_uri_type"] === "authorization")
    .map((it) => String(it["url"]));
}
