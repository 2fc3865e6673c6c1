import { resolve } from "../../catalogue/text.ts";
import { hostOf } from "../../plan/make-plan.ts";
import type { MemoryPlan, Plan } from "../../plan/plan.ts";
import type { Device } from "../../promises/policy-selectors.ts";
import { isThing, kindOf, kinds } from "../stack/kinds.ts";
import type { Run } from "../stack/stack-access.ts";
import type { Step } from "../stack/steps.ts";
import { type CostChange, costChange, type PriceList } from "./cost.ts";
import { dataAtRisk, type Risk } from "./data-at-risk.ts";
import { type Exposure, exposureOf } from "./exposure.ts";
import { type ServiceChange, serviceChanges } from "./services.ts";
import { type System, systemAfter, systemBefore } from "./system.ts";

/** What a person wants to know before merging, as data. */
export interface Report {
  readonly stack: string;
  /** Why the preview could not be made; empty when it could. */
  readonly failures: readonly string[];
  readonly risks: readonly Risk[];
  readonly services: readonly ServiceChange[];
  readonly exposure: Exposure;
  readonly memory: MemoryChange;
  readonly images: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  readonly server: ServerChange | undefined;
  readonly cost: CostChange;
  /** Changes of everything that is no service: what happens how often, and to which. */
  readonly others: readonly { readonly what: string; readonly names: readonly string[] }[];
  /** Resources that change at all. */
  readonly changed: number;
  readonly diff: string;
  readonly before: System;
  readonly after: System;
}

export interface MemoryChange {
  /** Sums of the limits, MiB. */
  readonly before: number;
  readonly after: number;
  readonly plan: MemoryPlan;
  /** Containers whose limit differs. */
  readonly changes: readonly { readonly name: string; readonly before: number; readonly after: number }[];
}

export interface ServerChange {
  readonly before: string;
  readonly after: string;
}

export interface ReportOptions {
  readonly allowed?: readonly string[];
  readonly prices?: PriceList;
}

/** @param plan the system that the settings ask for, `run` a preview of one of its stacks */
export async function makeReport(run: Run, plan: Plan, options: ReportOptions = {}): Promise<Report> {
  const { steps } = run;
  const before = systemBefore(steps);
  const after = systemAfter(steps);
  const changed = steps.filter(({ fate, type }) => fate !== "same" && isThing(type));
  return {
    stack: run.stack,
    failures: run.failures,
    risks: dataAtRisk(steps, { allowed: options.allowed ?? [], encrypting: encryptingSecrets(plan) }),
    services: serviceChanges(steps),
    exposure: exposureOf(before, after, { devices: devicesOf(plan), published: publishedPorts(plan) }),
    memory: memoryChange(before, after, hostOf(plan, run.stack).memory),
    images: imageChanges(before, after),
    server: serverChange(before, after),
    cost: await costChange(before.server, after.server, options.prices),
    others: otherChanges(changed),
    changed: changed.length,
    diff: run.stdout,
    before,
    after,
  };
}

/** Without those whose value a person gave: what becomes of a generated one of that name is then no loss. */
function encryptingSecrets({ generated }: Plan): string[] {
  return generated.filter(({ rotation, inUse }) => rotation === "never" && !inUse).map(({ name }) => name);
}

/** Our hosts as the tailnet policy sees them; an address that is known only after `up` is none here. */
function devicesOf(plan: Plan): Device[] {
  return plan.hosts.map(({ name, isHub, address }) => ({
    name,
    address: resolve(address, () => ""),
    tags: isHub && plan.server.mode === "create" ? plan.tailnet.hubTags : [],
  }));
}

const publishedPorts = ({ hosts }: Plan) =>
  hosts.flatMap(({ containers }) => containers.flatMap(({ published }) => published.map(({ port }) => port)));

function memoryChange(before: System, after: System, plan: MemoryPlan): MemoryChange {
  const sum = ({ containers }: System) => containers.reduce((total, { memoryMiB }) => total + memoryMiB, 0);
  const changes = pairs(before, after).filter(
    ({ before: old, after: now }) => old && now && old.memoryMiB !== now.memoryMiB,
  );
  return {
    before: sum(before),
    after: sum(after),
    plan,
    changes: changes.map(({ name, before: old, after: now }) => ({
      name,
      before: old?.memoryMiB ?? 0,
      after: now?.memoryMiB ?? 0,
    })),
  };
}

function imageChanges(before: System, after: System): Report["images"] {
  const pulled = pairs(before, after).flatMap(({ name, before: old, after: now }) =>
    old && now && old.image !== now.image && !(name in after.bases)
      ? [{ name, before: old.image, after: now.image }]
      : [],
  );
  const built = Object.entries(after.bases).flatMap(([name, base]) => {
    const old = before.bases[name];
    return old !== undefined && old !== base ? [{ name: `${name} (base)`, before: old, after: base }] : [];
  });
  return [...pulled, ...built];
}

function pairs(before: System, after: System) {
  return after.containers.map((container) => ({
    name: container.name,
    before: before.containers.find(({ name }) => name === container.name),
    after: container,
  }));
}

function serverChange({ server: before }: System, { server: after }: System): ServerChange | undefined {
  return before && after && before.type !== after.type
    ? { before: before.type, after: after.type }
    : undefined;
}

const fateWords = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "deleted",
  import: "adopted",
};

function otherChanges(changed: readonly Step[]): Report["others"] {
  const groups = new Map<string, string[]>();
  for (const { type, fate, name } of changed) {
    if (type === kinds.container || type === kinds.pulledImage || fate === "same") continue;
    const what = `${kindOf(type)} ${fateWords[fate]}`;
    groups.set(what, [...(groups.get(what) ?? []), name]);
  }
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([what, names]) => ({ what, names: names.sort() }));
}
