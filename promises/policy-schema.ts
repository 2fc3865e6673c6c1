import { z } from "zod";

const names = z.array(z.string());
/** Changes nothing about who reaches which port. */
const irrelevant = z.unknown().optional();

/**
 * The part of the tailnet policy language that can be judged. Objects are strict on purpose: `srcPosture`, `via` or
 * a key made up tomorrow changes who gets in, and must never be read over.
 */
export const policySchema = z.strictObject({
  grants: z
    .array(z.strictObject({ src: names, dst: names, ip: names.default([]), app: irrelevant }))
    .optional(),
  acls: z
    .array(
      z.strictObject({ action: z.literal("accept"), src: names, dst: names, proto: z.string().optional() }),
    )
    .optional(),
  hosts: z.record(z.string(), z.string()).default({}),
  groups: z.record(z.string(), names).default({}),
  tagOwners: z.record(z.string(), names).default({}),
  ipsets: irrelevant,
  postures: irrelevant,
  ssh: irrelevant,
  autoApprovers: irrelevant,
  nodeAttrs: irrelevant,
  tests: irrelevant,
  sshTests: irrelevant,
  derpMap: irrelevant,
  randomizeClientPort: irrelevant,
});

export type PolicyDocument = z.infer<typeof policySchema>;

/** A part of the policy that is wrong or not understood here; the message names the part. */
export class PolicyError extends Error {}
