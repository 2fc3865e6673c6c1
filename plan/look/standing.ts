import type { HostPlan } from "../plan.ts";
import type { HostSeen } from "./seen.ts";

interface Still {
  readonly container: string;
  /** In Docker's words; "gone" when there is no such container. */
  readonly status: string;
}

/** The containers of the plan that do not run, in the order in which they are started. */
export function standsStill({ containers }: HostPlan, seen: HostSeen): readonly Still[] {
  return containers
    .map(({ name }) => ({ container: name, status: seen.containers.get(name) ?? "gone" }))
    .filter(({ status }) => !status.startsWith("Up ") || status.endsWith("(Paused)"));
}

/**
 * Those that `docker start` makes good: they ran once. One that was never started may lack what the program puts into
 * it first, and the engine makes it anew.
 */
export function toStart(plan: HostPlan, seen: HostSeen): readonly string[] {
  return standsStill(plan, seen)
    .filter(({ status }) => status.startsWith("Exited"))
    .map(({ container }) => container);
}

/** Containers that run, and whose health check says that they do not work. */
export function unwell({ containers }: HostPlan, seen: HostSeen): readonly string[] {
  return containers
    .map(({ name }) => name)
    .filter((name) => seen.containers.get(name)?.endsWith("(unhealthy)"));
}

/** Why an `up` that did all it was told may not end as if all were well; undefined when everything runs. */
export function stillAfterUp(plan: HostPlan, seen: HostSeen): string | undefined {
  const still = standsStill(plan, seen);
  if (still.length === 0) return undefined;
  const listed = still.map(({ container, status }) => `${container} (${status})`).join(", ");
  return (
    `${plan.name} stands still in part after this up: ${still.length} of ${plan.containers.length} containers do not run: ${listed}. ` +
    `Everything else was done. \`docker logs <name>\` there says why one ended; ` +
    `pulumi up --refresh --run-program --stack ${plan.name} makes anew what is gone or cannot start.`
  );
}
