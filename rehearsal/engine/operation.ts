import type { EngineEvent, OpMap, OpType, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { plainText } from "./text.ts";

/** One thing that the engine did to a resource, or, in a preview, would do. Resources that stay are not listed. */
export interface Change {
  urn: string;
  type: string;
  name: string;
  op: OpType;
  /** Properties that make it a replacement. */
  replaceKeys: string[];
  /** Property paths that differ. */
  diffs: string[];
  /** The operation was tried and refused. */
  failed: boolean;
}

export interface Diagnostic {
  severity: "info" | "info#err" | "warning" | "error";
  /** The resource it is about; `undefined` for the stack as a whole. */
  urn: string | undefined;
  message: string;
}

/** What one run of the engine did, said and took. */
export interface Operation {
  kind: "up" | "preview" | "refresh" | "previewRefresh" | "destroy";
  stack: string;
  /** How many resources per kind of step: `{ same: 7, create: 1 }`. */
  summary: OpMap;
  changes: Change[];
  diagnostics: Diagnostic[];
  /** Wall time, the start of the engine included. */
  seconds: number;
  /** What the engine printed. */
  stdout: string;
  stderr: string;
}

/** Steps that change nothing. A refresh is announced as "refresh" and ends as what it found ("update", "delete"). */
const QUIET = new Set<OpType>(["same", "refresh", "read"]);

/** Not "debug", which the API's types leave out but the engine sends: it quotes whole resources, secrets in plain. */
const SHOWN = new Set<string>(["info", "info#err", "warning", "error"]);

/** Collects an operation from the engine's events. */
export class Recorder {
  readonly #changes = new Map<string, Change>();
  readonly diagnostics: Diagnostic[] = [];
  summary: OpMap = {};
  stdout = "";
  stderr = "";

  report(): Pick<Operation, "summary" | "changes" | "diagnostics" | "stdout" | "stderr"> {
    const { summary, diagnostics, stdout, stderr } = this;
    return { summary, changes: [...this.#changes.values()], diagnostics, stdout, stderr };
  }

  readonly onEvent = (event: EngineEvent): void => {
    if (event.summaryEvent) this.summary = event.summaryEvent.resourceChanges ?? {};
    if (event.resourcePreEvent) this.#add(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.#add(event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent) this.#add(event.resOpFailedEvent.metadata, true);
    const { diagnosticEvent } = event;
    if (diagnosticEvent && SHOWN.has(diagnosticEvent.severity)) {
      const { severity, urn, message } = diagnosticEvent;
      this.diagnostics.push({ severity, urn: urn || undefined, message: plainText(message) });
    }
  };

  #add(step: StepEventMetadata, failed = false): void {
    if (QUIET.has(step.op) && !failed) return;
    const key = `${step.op} ${step.urn}`;
    const before = this.#changes.get(key);
    const diffs = step.detailedDiff ? Object.keys(step.detailedDiff) : (step.diffs ?? []);
    this.#changes.set(key, {
      urn: step.urn,
      type: step.type,
      name: step.urn.split("::").slice(3).join("::"),
      op: step.op,
      replaceKeys: step.keys ?? before?.replaceKeys ?? [],
      diffs: diffs.length > 0 ? diffs : (before?.diffs ?? []),
      failed: failed || (before?.failed ?? false),
    });
  }
}
