import { z } from "zod";
import { encrypted } from "./schema/encrypted.ts";
import { section } from "./schema/forms.ts";
import { sections } from "./schema.ts";
import { providedSecrets } from "./secrets.ts";
import type { Role } from "./settings.ts";

/** Where the stack files' first line points to. */
export const jsonSchemaPath = new URL("./stack.schema.json", import.meta.url);

/**
 * The JSON schema (2020-12) of a stack file as text, for editors. It is made from the same sections that the program
 * parses with; rules across keys and files are the program's alone.
 */
export function jsonSchemaText(): string {
  const stackFile = z.union([fileOf(hubConfig()), fileOf(memberConfig())]).describe("Stack file of one host");
  return `${JSON.stringify(z.toJSONSchema(stackFile, { io: "input" }), null, 2)}\n`;
}

function fileOf<T extends z.ZodType>(config: T) {
  return section("a stack file", {
    config,
    encryptionsalt: z.string().optional(),
    encryptedkey: z.string().optional(),
    secretsprovider: z.string().optional(),
    environment: z.unknown().optional(),
  });
}

function hubConfig() {
  const { site, edge, tailnet, network, services, drift, inUse, server } = sections;
  const secrets = Object.fromEntries(
    providedSecrets.map(({ key, purpose }) => [`kitestacks:${key}`, encrypted.optional().describe(purpose)]),
  );
  return configOf("Settings of the hub", {
    "kitestacks:site": site,
    "kitestacks:edge": edge,
    "kitestacks:tailnet": tailnet,
    "kitestacks:network": network.optional(),
    "kitestacks:services": services.optional(),
    "kitestacks:drift": drift.optional(),
    "kitestacks:inUse": inUse.optional(),
    "kitestacks:server": server,
    "kitestacks:host": hostOf("hub"),
    ...secrets,
  });
}

function memberConfig() {
  const host = hostOf("member").required({ tailnetAddress: true });
  return configOf("Settings of a member", {
    "kitestacks:host": host.describe(sections.host.description ?? ""),
  });
}

const hostOf = (role: Role) =>
  sections.host.extend({ role: z.literal(role) }).describe(sections.host.description ?? "");

/** `pulumi:…` keys are Pulumi's own: zod has no word for a pattern of keys, JSON schema does. */
function configOf<T extends z.ZodRawShape>(what: string, shape: T) {
  return section(what, shape).meta({ description: what, patternProperties: { "^pulumi:": {} } });
}
