import type { Provider } from "../provider/provider.ts";
import { connectorsOf } from "./cloudflare/connectors.ts";
import { administratorOf, firstVisitorsOf, memoryOf } from "./docker/doors.ts";
import type { Container, Machine, WorldState } from "./state.ts";
import type { Workings } from "./workings.ts";

/** The running containers of a machine that a visitor reaches by a public name: record, tunnel, connector, rule. */
function publicOn(state: WorldState, machine: Machine): Container[] {
  const { tunnels, tunnelConfigs, records } = state.cloudflare;
  const serving = Object.values(tunnels).filter(
    ({ id, deletedAt }) => deletedAt === "" && connectorsOf(state, id).includes(machine.name),
  );
  const rules = serving.flatMap(({ id }) =>
    (tunnelConfigs[id]?.ingresses ?? []).filter(({ hostname }) =>
      Object.values(records).some(
        ({ name, content }) => name === hostname && content === `${id}.cfargotunnel.com`,
      ),
    ),
  );
  return Object.values(machine.containers).filter(
    ({ name, running }) => running && rules.some(({ service }) => service.includes(`//${name}:`)),
  );
}

/** The worst that can happen: a stranger comes at the first moment at which one can. */
function letStrangersIn(workings: Workings): void {
  for (const machine of Object.values(workings.state.machines))
    for (const container of publicOn(workings.state, machine))
      for (const door of firstVisitorsOf(workings, machine, container)) {
        const memory = memoryOf(machine, container, door);
        if (administratorOf(memory) === undefined) memory.administrator = "first visitor";
      }
}

/** A provider after each of whose changes a stranger tries all public names. */
export function visited(provider: Provider, workings: Workings): Provider {
  const then = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const given = await answer;
    letStrangersIn(workings);
    return given;
  };
  return {
    ...provider,
    create: (call) => (call.preview ? provider.create(call) : then(provider.create(call))),
    update: (call) => (call.preview ? provider.update(call) : then(provider.update(call))),
  };
}
