import { createHash } from "node:crypto";
import type { Facts, Service } from "../../catalogue/service.ts";
import { partsOf, type Text } from "../../catalogue/text.ts";
import type { ContainerPlan } from "../plan.ts";

/** One thing that is done inside a running service, as plain data. Doing it twice changes nothing. */
export interface FirstRunStep {
  /** Service and step, e.g. `forgejo.add-oauth-source`: also the name of its resource. */
  readonly name: string;
  readonly service: string;
  readonly purpose: string;
  /** What the host's shell runs. Readable by everyone on the host (`ps`) and printed when it fails: no secret. */
  readonly command: string;
  /** What the command reads: the script with its values, secrets among them. */
  readonly input: Text;
  /** Another value of it runs the step again. Secrets count by name only; a new value is another `input` anyway. */
  readonly fingerprint: string;
  /** Containers of the host that must be healthy first. */
  readonly needs: readonly string[];
  /** Steps of the host that must have succeeded first. */
  readonly after: readonly string[];
  /** Containers that need the service wait for this step too: without it they could not start. */
  readonly gate: boolean;
  readonly limitSeconds: number;
}

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
  /** How the script is started, without its time limit: `docker exec -i -u git forgejo sh -s`. */
  readonly start: string;
  readonly input: Text;
  readonly needs?: readonly string[];
  readonly after?: readonly string[];
  readonly limitSeconds?: number;
  /** A command for the host after the script said that it changed something. */
  readonly whenChanged?: string;
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
