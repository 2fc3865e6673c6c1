import { run } from "@pulumi/command/local/run.js";
import * as pulumi from "@pulumi/pulumi";
import { lacks } from "../plan/look/room.ts";
import { lookScript, startScript } from "../plan/look/scripts.ts";
import { type HostSeen, readLook } from "../plan/look/seen.ts";
import { sshShell } from "../plan/look/ssh-shell.ts";
import { stillAfterUp, toStart, unwell } from "../plan/look/standing.ts";
import type { HostPlan } from "../plan/plan.ts";
import { type Lookup, toInput } from "./resolve.ts";
import { settled } from "./settled.ts";

/**
 * Looks at a host while an `up` runs, because the engine does not: it compares the program with its own state, and
 * ended with 0 while 17 of 19 containers stood still after their Docker had been killed. A refresh would see them, and
 * asks with what the *state* holds (old tokens, the address of a machine that is gone) in every preview as well. A
 * look is no resource, so that an `up` without a change still has none, and a preview needs no host.
 *
 * Whoever waits for a look gets its error: an error that only an output holds lets the program end as if it were done,
 * and under the Automation API the engine then deletes everything that was not registered (seen with 3.259).
 */
export class HostLook {
  readonly #plan: HostPlan;
  readonly #lookup: Lookup;
  readonly #options: pulumi.InvokeOptions;

  constructor(plan: HostPlan, lookup: Lookup, options: pulumi.InvokeOptions) {
    this.#plan = plan;
    this.#lookup = lookup;
    this.#options = options;
  }

  /** @throws RunError when the host lacks room for an `up`. */
  async room(): Promise<void> {
    if (pulumi.runtime.isDryRun()) return;
    this.#refuseWithoutRoom(await this.#look());
  }

  /** The same, and starts what stopped: what is made anew next may need it. */
  async roomAndStart(): Promise<void> {
    if (pulumi.runtime.isDryRun()) return;
    const seen = await this.#look();
    this.#refuseWithoutRoom(seen);
    const stopped = toStart(this.#plan, seen);
    if (stopped.length === 0) return;
    const said = await this.#ask(startScript(stopped));
    this.#log("info", `${this.#plan.name}: what stood still is started: ${said.split("\n").join(", ")}`);
  }

  /** @throws RunError when something stands still after all the rest was done. */
  async everythingRuns(): Promise<void> {
    if (pulumi.runtime.isDryRun()) return;
    const seen = await this.#look();
    const still = stillAfterUp(this.#plan, seen);
    if (still !== undefined) throw new pulumi.RunError(still);
    for (const name of unwell(this.#plan, seen))
      this.#log("warn", `${name} runs on ${this.#plan.name} and its health check fails: docker logs ${name}`);
  }

  #refuseWithoutRoom(seen: HostSeen): void {
    const lacking = lacks(this.#plan, seen);
    if (lacking.length > 0) throw new pulumi.RunError(lacking.join("\n"));
  }

  async #look(): Promise<HostSeen> {
    return readLook(await this.#ask(lookScript));
  }

  async #ask(script: string): Promise<string> {
    const asked = { ...(await this.#how()), command: "sh -s", stdin: script, logging: "none" as const };
    const { stdout } = await run({ ...asked, addPreviousOutputInEnv: false }, this.#options).catch(
      (error: Error) => {
        throw new pulumi.RunError(`${this.#plan.name} could not be looked at: ${error.message}`);
      },
    );
    return stdout;
  }

  /** As the provider reaches the same Docker. */
  async #how() {
    const { docker, address } = this.#plan;
    if (docker.kind === "socket") return { environment: { DOCKER_HOST: docker.url } };
    const known = await settled(pulumi.output(toInput(address, this.#lookup)));
    return { interpreter: sshShell(docker, known) };
  }

  #log(level: "info" | "warn", message: string): void {
    void pulumi.log[level](message, this.#options.parent);
  }
}
