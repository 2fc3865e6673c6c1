import type { ContainerFile } from "../../catalogue/facts.ts";
import type { Text } from "../../catalogue/text.ts";
import { find, keyOf, yamlText } from "./yaml.ts";

/**
 * One file for Authentik's workers. Authentik applies a file in one database transaction, so one file holds what
 * belongs together and a mistake in it leaves everything else as it is.
 */
export interface Blueprint {
  /** Its name in Authentik is `KiteStacks - <name>`, its file `<order>-<name>.yaml`. */
  readonly order: number;
  readonly name: string;
  readonly why: string;
  readonly entries: readonly Entry[];
  /** What its `!Env` tags need, by variable. */
  readonly secrets?: Readonly<Record<string, Text>>;
}

/** `identifiers` find the object, `attrs` are set on it; a field must not stand in both. */
export interface Entry {
  readonly model: string;
  readonly id?: string;
  /** `created`: made once, then left to people. By default every application of the file puts it back. */
  readonly state?: "created" | "absent";
  /** The entry is passed over unless all of them hold. */
  readonly conditions?: readonly unknown[];
  readonly identifiers?: Readonly<Record<string, unknown>>;
  readonly attrs?: Readonly<Record<string, unknown>>;
  /** Rights of roles on this very object. */
  readonly permissions?: readonly { readonly permission: string; readonly role: unknown }[];
}

/** Beside Authentik's own files, never over them: hidden ones make its migrations fail. */
const folder = "/blueprints/custom";
/** The user that Authentik's image runs as. */
const authentikUser = 1000;

export function blueprintFile({ order, name, why, entries }: Blueprint): ContainerFile {
  const content = { version: 1, metadata: { name: `KiteStacks - ${name}` }, entries };
  return {
    path: `${folder}/${order}-${name}.yaml`,
    owner: authentikUser,
    content: yamlText(content, why),
  };
}

/** An object of Authentik's own blueprints or of an earlier file of ours. */
export const known = {
  flow: (slug: string) => find("authentik_flows.flow", "slug", slug),
  scope: (name: string) =>
    find(
      "authentik_providers_oauth2.scopemapping",
      "managed",
      `goauthentik.io/providers/oauth2/scope-${name}`,
    ),
  ownScope: (name: string) => find("authentik_providers_oauth2.scopemapping", "name", name),
  group: (name: string) => find("authentik_core.group", "name", name),
  user: (field: "username" | "name", value: string) => find("authentik_core.user", field, value),
  /** Made at Authentik's first start. */
  signingKey: () => find("authentik_crypto.certificatekeypair", "name", "authentik Self-signed Certificate"),
};

/** Only members of these groups may use the application; with no binding at all everybody might. */
export function accessFor(application: string, groups: readonly string[]): readonly Entry[] {
  return groups.map((group, order) => ({
    model: "authentik_policies.policybinding",
    identifiers: { target: keyOf(application), group: known.group(group) },
    attrs: { order },
  }));
}
