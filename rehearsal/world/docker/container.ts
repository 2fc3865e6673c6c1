import { IncompleteResourceError, type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { withDefaults } from "../kit/schema.ts";
import { number, text } from "../kit/values.ts";
import type { Container, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { bringUp, checkLimits, createContainer } from "./container-create.ts";
import { CONTAINER_SCHEMA, computedOutputs, readBack } from "./container-schema.ts";
import { swapLimit } from "./container-spec.ts";
import { healthOf } from "./health.ts";
import { machineFor } from "./machines.ts";
import { factsFor } from "./process.ts";
import { start } from "./start.ts";

function findById(machine: Machine, id: string): Container | undefined {
  return Object.values(machine.containers).find((container) => container.id === id);
}

/** Applies what `docker update` can change; everything else in `news` is ignored, as the real provider does. */
function updateContainer(container: Container, news: Properties): void {
  const memory = number(news["memory"]);
  const memorySwap = number(news["memorySwap"]);
  checkLimits(memory, memorySwap);
  if (memory > 0 && memorySwap === 0 && container.memorySwap > 0 && memory > container.memorySwap) {
    throw new ProviderError(
      "Unable to update a container: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
    );
  }
  // Without a new swap limit the old one stays.
  container.memorySwap =
    memorySwap === 0 && memory > 0 ? container.memorySwap : swapLimit(memory, memorySwap);
  container.memory = memory;
  container.memoryReservation = number(news["memoryReservation"]);
  container.restart = text(news["restart"]) || "no";
  container.maxRetryCount = number(news["maxRetryCount"]);
  container.cpuShares = number(news["cpuShares"]);
  container.cpuSet = text(news["cpuSet"]);
}

/** Whether the state is of a creation that failed: it lacks the entrypoints too, for which the next `up` replaces (proved). */
function isIncomplete(state: Properties): boolean {
  return state["bridge"] === undefined;
}

/** What an import reads besides: these are read only when the program sets them, and an import knows no program yet. */
const EVERYTHING: Properties = { entrypoints: [], pidMode: "", ports: [] };

export function containerKind(workings: Workings): ResourceKind {
  const readOf = (machine: Machine, container: Container, known: Properties): Properties =>
    readBack(container, known, factsFor(workings, machine, container)?.command ?? []);
  return {
    schema: CONTAINER_SCHEMA,
    check(inputs, call) {
      if (text(inputs["name"]) !== "" || inputs["name"] !== undefined) return {};
      return { inputs: { ...inputs, name: `${call.name}-${workings.mint.hex(call.urn, "name", 7)}` } };
    },
    plan({ olds }, plan) {
      const again = { ...plan, deleteBeforeReplace: true };
      if (!isIncomplete(olds)) return again;
      return {
        ...again,
        changes: "some",
        replaces: [...plan.replaces, "entrypoints"],
        diffs: [...plan.diffs, "entrypoints"],
      };
    },
    create({ instance, urn, inputs, secretPaths }) {
      const machine = machineFor(workings.state, instance);
      const container = createContainer(workings, machine, urn, inputs, secretPaths);
      const known = withDefaults(CONTAINER_SCHEMA, inputs);
      try {
        bringUp(workings, machine, container, inputs);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        container.createProblem = error.message;
        throw new IncompleteResourceError(error.message, container.id, known);
      }
      return {
        id: container.id,
        outputs: { ...readOf(machine, container, known), ...computedOutputs(container, known) },
      };
    },
    read({ instance, id, state }) {
      const machine = machineFor(workings.state, instance);
      const container = findById(machine, id);
      if (!container) return undefined;
      const imported = Object.keys(state).length === 0;
      const health = healthOf(workings, machine, container);
      // As long as a failed creation has not come right, a read does not make it look like one that succeeded.
      if (!imported && isIncomplete(state) && (!health.running || health.healthy === false)) {
        return { outputs: { mustRun: container.running } };
      }
      container.createProblem = "";
      const known = imported ? EVERYTHING : state;
      const outputs = { ...readOf(machine, container, known), ...computedOutputs(container, state) };
      // What Docker adds to them is seen by a refresh only: the answer to a creation is what was asked for.
      return { outputs: { ...outputs, securityOpts: container.securityOpts } };
    },
    update({ instance, id, news }) {
      const machine = machineFor(workings.state, instance);
      const container = findById(machine, id);
      if (!container)
        throw new ProviderError(
          `Unable to update a container: Error response from daemon: No such container: ${id}`,
        );
      updateContainer(container, news);
      if (!container.running && news["mustRun"] !== false) start(workings, machine, container);
      return { outputs: readOf(machine, container, news) };
    },
    delete({ instance, id }) {
      const machine = machineFor(workings.state, instance);
      const container = findById(machine, id);
      if (container) delete machine.containers[container.name];
    },
  };
}
