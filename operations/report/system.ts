import { z } from "zod";
import { kinds } from "../stack/kinds.ts";
import type { Side, Step } from "../stack/steps.ts";

/** One side of a preview as far as the report speaks of it. */
export interface System {
  readonly containers: readonly ContainerSeen[];
  /** Public names with a DNS record. */
  readonly hostnames: readonly string[];
  /** The tailnet policy as JSON text; undefined where the stack does not own it. */
  readonly policy: string | undefined;
  readonly server: ServerSeen | undefined;
  /** Base image by built image. */
  readonly bases: Readonly<Record<string, string>>;
}

export interface ContainerSeen {
  readonly name: string;
  readonly image: string;
  readonly memoryMiB: number;
  /** `100.64.0.1:5432 → 5432`. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly environment: readonly string[];
  readonly graceSeconds: number;
  readonly health: { readonly interval: string; readonly startPeriod: string } | undefined;
}

export interface ServerSeen {
  readonly type: string;
  readonly location: string;
}

const text = z.string().catch("");
const container = z.object({
  name: text,
  image: text,
  memory: z.number().catch(0),
  ports: z
    .array(z.object({ ip: z.string().default("0.0.0.0"), external: z.number(), internal: z.number() }))
    .catch([]),
  volumes: z.array(z.object({ volumeName: text })).catch([]),
  envs: z.array(z.string()).catch([]),
  destroyGraceSeconds: z.number().catch(0),
  healthcheck: z.object({ interval: text, startPeriod: text }).optional().catch(undefined),
});

export const systemBefore = (steps: readonly Step[]) => systemOf(steps, (step) => step.before);
export const systemAfter = (steps: readonly Step[]) => systemOf(steps, (step) => step.after);

function systemOf(steps: readonly Step[], side: (step: Step) => Side | undefined): System {
  const of = (type: string) =>
    steps.flatMap((step) => {
      const state = step.type === type ? side(step) : undefined;
      return state === undefined ? [] : [{ name: step.name, inputs: state.inputs }];
    });
  const [policy] = of(kinds.policy);
  const [server] = of(kinds.server);
  return {
    containers: of(kinds.container).map(({ inputs }) => containerOf(inputs)),
    hostnames: of(kinds.record)
      .map(({ inputs }) => text.parse(inputs["name"]))
      .sort(),
    policy: policy && text.parse(policy.inputs["acl"]),
    server: server && {
      type: text.parse(server.inputs["serverType"]),
      location: text.parse(server.inputs["location"]),
    },
    bases: Object.fromEntries(of(kinds.builtImage).map(({ name, inputs }) => [name, baseOf(inputs)])),
  };
}

export function containerOf(inputs: unknown): ContainerSeen {
  const seen = container.parse(inputs);
  return {
    name: seen.name,
    image: seen.image,
    memoryMiB: seen.memory,
    ports: seen.ports.map(({ ip, external, internal }) => `${ip}:${external} → ${internal}`).sort(),
    volumes: seen.volumes.map(({ volumeName }) => volumeName).filter((name) => name !== ""),
    environment: seen.envs,
    graceSeconds: seen.destroyGraceSeconds,
    health: seen.healthcheck,
  };
}

/** A built image names its base as its only build argument. */
function baseOf(inputs: unknown): string {
  const build = z.object({ build: z.object({ args: z.record(z.string(), z.string()) }) }).safeParse(inputs);
  return build.success ? (Object.values(build.data.build.args)[0] ?? "") : "";
}
