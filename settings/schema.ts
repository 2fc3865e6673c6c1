import type { z } from "zod";
import { drift } from "./schema/drift.ts";
import { edge } from "./schema/edge.ts";
import { inUse } from "./schema/encrypted.ts";
import { host } from "./schema/host.ts";
import { network } from "./schema/network.ts";
import { server } from "./schema/server.ts";
import { services } from "./schema/services.ts";
import { site } from "./schema/site.ts";
import { tailnet } from "./schema/tailnet.ts";

/** Settings of the whole system; they stand in the hub's stack file only. */
export const commonSections = { site, edge, tailnet, network, services, drift, inUse };

/** Every structured key of the namespace, without the `kitestacks:` before it. */
export const sections = { ...commonSections, server, host };

export type SectionName = keyof typeof sections;

export const sectionNames = Object.keys(sections) as SectionName[];

/** What parsed, section by section; one that is missing or wrong is left out. */
export type Sections = { [Name in SectionName]?: z.output<(typeof sections)[Name]> };

/** Sections that may be left out, because each of their keys has a default. */
export const optionalSections: readonly SectionName[] = ["network", "services", "drift", "inUse"];

/** Keys that Pulumi itself keeps at the top of a stack file. */
export const pulumiKeys = [
  "config",
  "encryptionsalt",
  "encryptedkey",
  "secretsprovider",
  "environment",
] as const;
