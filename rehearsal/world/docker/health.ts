import type { Container, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { probeProblem, testOf } from "./probe.ts";
import { factsFor } from "./process.ts";
import { needProblem, processProblem } from "./readiness.ts";

export interface Health {
  /** Whether its main process runs. */
  running: boolean;
  /** Undefined when it has no health check. */
  healthy: boolean | undefined;
  /** Why it is not running or not healthy; "" when all is well. */
  reason: string;
}

/** How a container is now, from the facts about its image, its configuration and what it needs around it. */
export function healthOf(workings: Workings, machine: Machine, container: Container): Health {
  const hasTest = testOf(machine, container).length > 0;
  if (!container.running)
    return {
      running: false,
      healthy: hasTest ? false : undefined,
      reason: container.createProblem || "it is stopped",
    };
  const ended = processProblem(workings, machine, container);
  if (ended) return { running: false, healthy: hasTest ? false : undefined, reason: ended };
  const facts = factsFor(workings, machine, container);
  const reason =
    needProblem(workings, machine, container) ??
    (facts ? probeProblem(workings, machine, container, facts) : undefined);
  return { running: true, healthy: hasTest ? reason === undefined : undefined, reason: reason ?? "" };
}
