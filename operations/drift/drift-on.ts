import type { Plan } from "../../plan/plan.ts";
import { type ExitCode, exitCodes, worst } from "../exit-codes.ts";
import { UnreachableError } from "../inventory/answers.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { hubAddressIfKnown } from "../stack/hub-address.ts";
import { isThing } from "../stack/kinds.ts";
import type { StackAccess } from "../stack/stack-access.ts";
import { declaredFindings } from "./declared.ts";
import type { DriftReport, Finding, Known, Unreachable, Unseen } from "./finding.ts";
import { applyIgnores } from "./ignore.ts";
import { strangersAtCloudflare } from "./strangers-at-cloudflare.ts";
import { strangersAtHetzner } from "./strangers-at-hetzner.ts";
import { strangersInDocker } from "./strangers-in-docker.ts";
import { strangersOnTailnet } from "./strangers-on-tailnet.ts";

export interface DriftOptions {
  readonly inventory: Inventory;
  /** ISO. */
  readonly now: string;
  /** The run before, for the times. */
  readonly previous?: DriftReport | undefined;
}

/** The engine could not even look; nothing may be said then. */
class RefreshError extends Error {
  override name = "RefreshError";
}

/**
 * What differs from the program, and what nobody declared. Changes nothing. What does not answer is left out of both
 * and named: an unreachable host's containers are unknown, not gone.
 * @throws ApiError when an account refuses, RefreshError when the engine fails
 */
export async function driftOf(stack: StackAccess, plan: Plan, options: DriftOptions): Promise<DriftReport> {
  const { now, previous } = options;
  const resources = await stack.resources();
  const unreachable: Unreachable[] = [];
  const strangers: Finding[] = [];
  const unseen: Unseen[] = [];
  const excluded: string[] = [];
  for (const part of partsOf(stack, plan, options, resources)) {
    try {
      const found = await part.look();
      strangers.push(...found.strangers);
      unseen.push(...(found.unseen ?? []).map((why) => ({ what: part.name, why })));
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      unreachable.push({ id: `unreachable/${part.name}`, what: part.name, why: error.message });
      excluded.push(...resources.filter(({ type }) => part.owns(type)).map(({ urn }) => urn));
    }
  }
  const declared = await declaredDrift(stack, resources, excluded);
  const { counted, ignored } = applyIgnores([...declared, ...strangers], plan.settings.drift.ignore);
  const since = timesOf(previous, now);
  return {
    stack: stack.name,
    at: now,
    findings: counted.map((finding) => ({ ...finding, since: since(finding.id) })),
    unreachable: unreachable.map((one) => ({ ...one, since: since(one.id) })),
    unseen,
    ignored,
  };
}

export function exitCodeOfDrift({ findings, unreachable }: DriftReport): ExitCode {
  return worst([
    findings.length > 0 ? exitCodes.finding : exitCodes.fine,
    unreachable.length > 0 ? exitCodes.unreachable : exitCodes.fine,
  ]);
}

interface Part {
  readonly name: string;
  /** Resources of this type can be read only while the part answers. */
  readonly owns: (type: string) => boolean;
  readonly look: () => Promise<{ readonly strangers: Finding[]; readonly unseen?: readonly string[] }>;
}

function partsOf(
  stack: StackAccess,
  plan: Plan,
  { inventory, now }: DriftOptions,
  resources: Awaited<ReturnType<StackAccess["resources"]>>,
): Part[] {
  const host = stack.name;
  const from =
    (...packages: string[]) =>
    (type: string) =>
      packages.some((one) => type.startsWith(`${one}:`));
  const docker: Part = {
    name: host,
    owns: from("docker", "command"),
    look: async () => ({
      strangers: strangersInDocker(await inventory.docker(host), resources, plan, host),
    }),
  };
  if (host !== plan.hub.name) return [docker];
  const hetzner: Part = {
    name: "Hetzner",
    owns: from("hcloud"),
    look: async () => ({ strangers: strangersAtHetzner(await inventory.hetzner(), resources, plan) }),
  };
  return [
    docker,
    {
      name: "Cloudflare",
      owns: from("cloudflare"),
      look: async () => {
        const found = await inventory.cloudflare();
        return { strangers: strangersAtCloudflare(found, resources, plan), unseen: found.unseen };
      },
    },
    ...(plan.server.mode === "none" ? [] : [hetzner]),
    {
      name: "Tailscale",
      owns: from("tailscale"),
      look: async () => {
        const found = await inventory.tailscale();
        const hubAddress = await hubAddressIfKnown(plan, stack);
        return { strangers: strangersOnTailnet(found, resources, { plan, hubAddress, now }) };
      },
    },
  ];
}

async function declaredDrift(
  stack: StackAccess,
  resources: Awaited<ReturnType<StackAccess["resources"]>>,
  excluded: readonly string[],
): Promise<Finding[]> {
  const things = resources.filter(({ type, urn }) => isThing(type) && !excluded.includes(urn));
  if (things.length === 0) return [];
  const run = await stack.previewRefresh(excluded.length > 0 ? { exclude: [...excluded] } : {});
  if (run.failures.length > 0)
    throw new RefreshError(`The refresh of ${stack.name} failed: ${run.failures.join("\n")}`);
  return declaredFindings(run);
}

function timesOf(previous: DriftReport | undefined, now: string): (id: string) => string {
  const known: readonly Known<{ readonly id: string }>[] = [
    ...(previous?.findings ?? []),
    ...(previous?.unreachable ?? []),
  ];
  return (id) => known.find((one) => one.id === id)?.since ?? now;
}
