import { ProviderError } from "../../provider/provider.ts";
import type { Machine } from "../state.ts";

/** What a killed daemon leaves when it is started again; seen with Docker 20.10: 17 of 19 containers stood still. */
export function stopAll(machine: Machine): void {
  for (const container of Object.values(machine.containers)) container.running = false;
}

/** Counts the creations until the one at which the daemon dies. */
export function dieWhenDue(machine: Machine): void {
  if (machine.dockerDiesAt === 0) return;
  machine.dockerDiesAt -= 1;
  if (machine.dockerDiesAt > 0) return;
  stopAll(machine);
  throw new ProviderError(
    "Unable to create container: Cannot connect to the Docker daemon at http://docker.example.com. Is the docker daemon running?",
  );
}
