import type { Provider } from "../provider/provider.ts";
import { cloudflareProvider } from "./cloudflare/cloudflare.ts";
import { connectorsOf } from "./cloudflare/connectors.ts";
import { commandProvider } from "./command.ts";
import { dockerProvider } from "./docker/docker.ts";
import { type OpenDoor, openDoors } from "./docker/doors.ts";
import { type Health, healthOf } from "./docker/health.ts";
import { listenersOf } from "./docker/process.ts";
import { BUILT_IN_EFFECTS } from "./effects.ts";
import { createFaults, type Faults } from "./faults.ts";
import { firstState } from "./first-state.ts";
import { hetznerProvider } from "./hetzner/hetzner.ts";
import type { Listener } from "./image-facts.ts";
import { guarded } from "./kit/guard.ts";
import { createMint } from "./kit/mint.ts";
import { canonical } from "./kit/values.ts";
import type { WorldOptions } from "./options.ts";
import { randomProvider } from "./random.ts";
import type { Container, Machine, WorldState } from "./state.ts";
import { visited } from "./strangers.ts";
import { tailscaleProvider } from "./tailscale/tailscale.ts";
import type { Workings } from "./workings.ts";

/** The outside world of the program: what the simulated providers hold, and what can go wrong with it. */
export interface World {
  /** To be read only; the providers and `faults` change it. */
  readonly state: WorldState;
  readonly faults: Faults;
  /** One simulated provider per package name of the program ("docker", "hcloud" …). */
  providers(): Record<string, Provider>;
  /** The whole state as text, the same for the same world; `loadWorld` reads it. */
  save(): string;
  machine(name: string): Machine;
  container(machine: string, name: string): Container;
  /** How a container is now; see `docker/health.ts`. */
  health(machine: string, container: string): Health;
  /** Where a container's processes listen, by the facts about its image and its configuration. */
  listeners(machine: string, container: string): Listener[];
  /** Ways into a container's application that are open; undefined where nobody has looked at its image. */
  doors(machine: string, container: string): OpenDoor[] | undefined;
  /** Machines whose connector runs with a tunnel's token. */
  connectors(tunnelId: string): string[];
}

/** What a saved world does not hold, because it is code or a place on this machine. */
export type Surroundings = Pick<WorldOptions, "images" | "projectDir" | "commandEffects" | "environment">;

function worldOver(state: WorldState, surroundings: Surroundings): World {
  const workings: Workings = {
    state,
    mint: createMint(state.seed, state.generations),
    projectDir: surroundings.projectDir ?? process.cwd(),
    environment: surroundings.environment ?? {},
    imageFacts: { ...surroundings.images },
    effects: [...BUILT_IN_EFFECTS, ...(surroundings.commandEffects ?? [])],
  };
  const machine = (name: string): Machine => {
    const found = state.machines[name];
    if (!found)
      throw new Error(`the world has no machine ${name}; it has ${Object.keys(state.machines).join(", ")}`);
    return found;
  };
  const container = (on: string, name: string): Container => {
    const found = machine(on).containers[name];
    if (!found) {
      throw new Error(
        `${on} has no container ${name}; it has ${Object.keys(machine(on).containers).sort().join(", ")}`,
      );
    }
    return found;
  };
  const providers: Record<string, Provider> = {
    docker: dockerProvider(workings),
    hcloud: hetznerProvider(workings),
    cloudflare: cloudflareProvider(workings),
    tailscale: tailscaleProvider(workings),
    random: randomProvider(workings),
    command: commandProvider(workings),
  };
  const guardedProviders = Object.fromEntries(
    Object.entries(providers).map(([name, provider]) => [
      name,
      guarded(visited(provider, workings), () => state.faults),
    ]),
  );
  return {
    state,
    faults: createFaults(workings),
    providers: () => guardedProviders,
    save: () => canonical(state),
    machine,
    container,
    health: (on, name) => healthOf(workings, machine(on), container(on, name)),
    listeners: (on, name) => listenersOf(workings, machine(on), container(on, name)),
    doors: (on, name) => openDoors(workings, machine(on), container(on, name)),
    connectors: (tunnelId) => connectorsOf(state, tunnelId),
  };
}

export function createWorld(options: WorldOptions): World {
  // Through JSON, so that a world that was never saved shares nothing with its options either.
  return worldOver(JSON.parse(JSON.stringify(firstState(options))), options);
}

/** @param text What `save` wrote. */
export function loadWorld(text: string, surroundings: Surroundings = {}): World {
  const state: WorldState = JSON.parse(text);
  return worldOver(state, surroundings);
}
