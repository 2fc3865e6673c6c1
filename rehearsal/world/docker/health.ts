import type { Container, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { probeProblem, testOf } from "./probe.ts";
import { factsFor, runOf } from "./process.ts";
import { needProblems, processProblem } from "./readiness.ts";

export interface Health {
  /** Whether its main process runs. */
  running: boolean;
  /** Undefined when it has no health check. */
  healthy: boolean | undefined;
  /** Why it is not running or not healthy; "" when all is well. */
  reason: string;
  /** What it uses and does not reach although it is healthy: a search engine, a cache, a model. */
  degraded: string[];
}

/** How a container is now, from the facts about its image, its configuration and what it needs around it. */
export function healthOf(workings: Workings, machine: Machine, container: Container): Health {
  const hasTest = testOf(machine, container).length > 0;
  const ended = container.running
    ? processProblem(workings, machine, container)
    : container.createProblem || "it is stopped";
  if (ended !== undefined) {
    return { running: false, healthy: hasTest ? false : undefined, reason: ended, degraded: [] };
  }
  const facts = factsFor(workings, machine, container);
  const [lacks] = needProblems(workings, machine, container, true);
  const reason = lacks ?? (facts ? probeProblem(workings, machine, container, facts) : undefined);
  return {
    running: true,
    healthy: hasTest ? reason === undefined : undefined,
    reason: reason ?? "",
    degraded: [
      ...needProblems(workings, machine, container, false),
      ...(facts?.shortcomings?.(runOf(machine, container)) ?? []),
    ],
  };
}
