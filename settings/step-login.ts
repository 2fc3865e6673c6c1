import { existsSync } from "node:fs";
import { namespace } from "./keys.ts";
import type { Problem } from "./problem.ts";
import type { Environment } from "./settings.ts";
import type { StackFile } from "./stack-file.ts";

/**
 * Docker is reached by ssh, which looks for keys in many places; the first-run steps are not. They log in with
 * `sshPrivateKey` or the agent's keys, read no option of ssh and no file, and give up where an agent is named that is
 * not there (pulumi-command 1.2.1, provider/pkg/provider/remote/connection.go). An `up` would find out when the VPS is
 * made already.
 */
export function problemsOfSteps(
  files: readonly StackFile[],
  stack: string,
  { SSH_AUTH_SOCK: agent = "" }: Environment,
): Problem[] {
  const running = files.find(({ name }) => name === stack);
  const hub = files.find(({ role }) => role === "hub");
  const host = running?.sections.host;
  if (running === undefined || hub === undefined || host === undefined || host.docker.startsWith("unix://"))
    return [];
  if (agent !== "" && !existsSync(agent)) return [deadAgent(agent)];
  if (agent !== "" || `${namespace}sshPrivateKey` in hub.config) return [];
  const identity = host.sshOptions.find((option) => /^IdentityFile=/i.test(option));
  const path = identity?.replace(/^[^=]*=/, "") ?? "~/.ssh/kitestacks";
  const remedy =
    `start one (eval "$(ssh-agent)" && ssh-add ${path}), or give them a key without a passphrase: ` +
    `pulumi config set --secret kitestacks:sshPrivateKey --stack ${hub.name} < ${path}`;
  const nobody = "no SSH agent (SSH_AUTH_SOCK is not set) and no kitestacks:sshPrivateKey";
  return [
    identity === undefined
      ? {
          file: running.file,
          key: "kitestacks:host.docker",
          value: host.docker,
          wrong: `the first-run steps cannot log in: there is ${nobody}`,
          remedy,
        }
      : {
          file: running.file,
          key: "kitestacks:host.sshOptions",
          value: identity,
          wrong: `a key for Docker alone. The first-run steps cannot log in: there is ${nobody}`,
          remedy,
        },
  ];
}

const deadAgent = (agent: string): Problem => ({
  file: "the environment",
  key: "SSH_AUTH_SOCK",
  value: agent,
  wrong: "no SSH agent is there, and the first-run steps give up without it",
  remedy: 'start one (eval "$(ssh-agent)" && ssh-add), or unset it where kitestacks:sshPrivateKey is set',
});
