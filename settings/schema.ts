import { z } from "zod";
import { edge } from "./schema/edge.ts";
import { fault } from "./schema/fault.ts";
import { section } from "./schema/forms.ts";
import { host } from "./schema/host.ts";
import { network } from "./schema/network.ts";
import { server } from "./schema/server.ts";
import { services } from "./schema/services.ts";
import { site } from "./schema/site.ts";
import { tailnet } from "./schema/tailnet.ts";
import { providedSecrets } from "./secrets.ts";

/** Settings of the whole system; they stand in the hub's stack file only. */
export const commonSections = { site, edge, tailnet, network, services };

/** Every structured key of the namespace, without the `kitestacks:` before it. */
export const sections = { ...commonSections, server, host };

export type SectionName = keyof typeof sections;

export const sectionNames = Object.keys(sections) as SectionName[];

/** What parsed, section by section; one that is missing or wrong is left out. */
export type Sections = { [Name in SectionName]?: z.output<(typeof sections)[Name]> };

/** Sections that may be left out, because each of their keys has a default. */
export const optionalSections: readonly SectionName[] = ["network", "services"];

/** A secret as Pulumi stores it in the file. */
export const encrypted = z.strictObject(
  { secure: z.string({ error: fault("without its cipher text", "set it again") }) },
  { error: fault("a secret in plain text", "take it out of the file and make a new one where it came from") },
);

/** Keys that Pulumi itself keeps at the top of a stack file. */
export const pulumiKeys = [
  "config",
  "encryptionsalt",
  "encryptedkey",
  "secretsprovider",
  "environment",
] as const;

/** A whole stack file, as an editor checks it (see `generate-schema.ts`); the program parses section by section. */
export const stackFile = z
  .union([fileOf(hubConfig()), fileOf(memberConfig())])
  .describe("Stack file of one host");

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
  const secrets = Object.fromEntries(
    providedSecrets.map(({ key, purpose }) => [`kitestacks:${key}`, encrypted.optional().describe(purpose)]),
  );
  return configOf("Settings of the hub", {
    "kitestacks:site": site,
    "kitestacks:edge": edge,
    "kitestacks:tailnet": tailnet,
    "kitestacks:network": network.optional(),
    "kitestacks:services": services.optional(),
    "kitestacks:server": server,
    "kitestacks:host": host.extend({ role: z.literal("hub") }),
    ...secrets,
  });
}

function memberConfig() {
  return configOf("Settings of a member", {
    "kitestacks:host": host.extend({ role: z.literal("member") }).required({ tailnetAddress: true }),
  });
}

/** `pulumi:…` keys are Pulumi's own: zod has no word for a pattern of keys, JSON schema does. */
function configOf<T extends z.ZodRawShape>(what: string, shape: T) {
  return section(what, shape).meta({ description: what, patternProperties: { "^pulumi:": {} } });
}
