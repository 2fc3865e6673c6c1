import { createHash } from "node:crypto";
import type { Facts } from "../../catalogue/facts.ts";
import type { Service } from "../../catalogue/service.ts";
import { partsOf, type Text } from "../../catalogue/text.ts";
import type { ContainerPlan } from "../plan.ts";
import type { Runner } from "./runners.ts";

/** What a service's steps are made from. */
export interface StepSource {
  readonly service: Service;
  readonly container: ContainerPlan;
  readonly facts: Facts;
  /** Health path of a public service by name, e.g. `/api/healthz`. */
  readonly healthPath: (service: string) => string;
}

/** The part of a step that its own builder knows; `steps.ts` adds the rest. */
export interface StepBody {
  readonly start: Runner;
  readonly input: Text;
  readonly needs?: readonly string[];
  readonly after?: readonly string[];
  readonly limitSeconds?: number;
  /** The running service keeps what it read at its start: it starts again after the script changed something. */
  readonly restartsAfterChange?: true;
}

/** `undefined` where there is nothing to do with these settings. */
export type StepBuilder = (source: StepSource) => StepBody | undefined;

/** SHA-256 over texts, with references by their kind and name instead of their value. */
export function fingerprintOf(texts: readonly Text[]): string {
  const plain = texts.map((value) =>
    partsOf(value).map((part) =>
      typeof part === "string" ? part : { [part.ref]: part.ref === "secret" ? part.name : part.host },
    ),
  );
  return createHash("sha256").update(JSON.stringify(plain)).digest("hex");
}
