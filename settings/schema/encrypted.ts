import { z } from "zod";
import { fault } from "./fault.ts";
import { record } from "./forms.ts";

export const plainSecret = fault(
  "a secret in plain text",
  "take it out of the file and make a new one where it came from",
);

/** A secret as Pulumi stores it in the file. */
export const encrypted = z.strictObject(
  { secure: z.string({ error: fault("without its cipher text", "set it again") }) },
  { error: plainSecret },
);

export const secretName = z.string().regex(/^[a-z][\w.-]*$/i, {
  error: fault("not the name of a generated secret", "write one like grafana.oidc"),
});

/** Where an install ran before: what its data is bound to. */
export const inUse = record(
  "values of generated secrets that are in use already, by name",
  secretName,
  encrypted,
);
