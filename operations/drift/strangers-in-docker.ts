import { resolve } from "../../catalogue/text.ts";
import { hostOf } from "../../plan/make-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import type { DockerFound } from "../inventory/inventory.ts";
import { sshCommand } from "../inventory/ssh-command.ts";
import { kinds } from "../stack/kinds.ts";
import { type Finding, undeclared } from "./finding.ts";
import { idsOf, urnOf } from "./state.ts";

/** Everything of one host's Docker that the stack's state does not hold. */
export function strangersInDocker(
  found: DockerFound,
  resources: readonly StoredResource[],
  plan: Plan,
  host: string,
): Finding[] {
  const docker = dockerCommand(plan, host);
  const ids = idsOf(resources);
  const declared = found.containers.filter(({ id }) => ids(kinds.container).has(id));
  const anonymous = new Set(declared.flatMap(({ volumes }) => volumes));
  return [
    ...found.containers
      .filter(({ id }) => !ids(kinds.container).has(id))
      .map(({ name, image, ports, running }) =>
        undeclared(
          "container",
          host,
          { name },
          {
            text: `container ${name} on ${host} (${image}, ${running ? "running" : "stopped"}${published(ports)})`,
            repair: `${docker} rm --force ${name}`,
          },
        ),
      ),
    ...declared.flatMap(({ id, name, ports }) =>
      extraPorts(ports, portsInState(resources, id)).map(({ address, port }) =>
        undeclared(
          "port",
          host,
          { name: `${name}:${port}`, id: `${name}/${address}:${port}` },
          {
            text: `port ${address}:${port} of container ${name} on ${host}${open(address)}`,
            repair: `npx pulumi up --refresh --run-program --stack ${host} --target-replace '${urnOf(resources, id)}'`,
          },
        ),
      ),
    ),
    ...found.networks
      .filter(({ id }) => !ids(kinds.network).has(id))
      .map(({ name }) =>
        undeclared(
          "network",
          host,
          { name },
          {
            text: `Docker network ${name} on ${host}`,
            repair: `${docker} network rm ${name}`,
          },
        ),
      ),
    ...found.volumes
      .filter(({ name }) => !ids(kinds.volume).has(name) && !anonymous.has(name))
      .map(({ name }) =>
        undeclared(
          "volume",
          host,
          { name },
          {
            text: `volume ${name} on ${host}; a service that was removed leaves its data behind like this`,
            repair: `${docker} volume rm ${name}   (its data is gone then)`,
            ...(hostOf(plan, host).volumes.includes(name) && {
              adopt: `by \`npx pulumi up --stack ${host}\`, whose volume of that name takes it over with its data`,
            }),
          },
        ),
      ),
  ];
}

function portsInState(resources: readonly StoredResource[], id: string): readonly unknown[] {
  const inputs = resources.find((one) => one.id === id)?.raw["inputs"];
  const ports = (inputs as { readonly ports?: readonly { readonly external?: unknown }[] } | undefined)
    ?.ports;
  return (ports ?? []).map(({ external }) => external);
}

/** Ports that the container was not made with; where the state names a port, a refresh compares its address. */
const extraPorts = (ports: DockerFound["containers"][number]["ports"], declared: readonly unknown[]) =>
  ports.filter(({ port }) => !declared.includes(port));

const published = (ports: DockerFound["containers"][number]["ports"]) =>
  ports.map(({ address, port }) => `, publishes ${address}:${port}${open(address)}`).join("");

const open = (address: string) =>
  address === "0.0.0.0" || address === "::" ? ", open to every network that the host is on" : "";

function dockerCommand(plan: Plan, host: string): string {
  const { docker, address } = hostOf(plan, host);
  if (docker.kind === "socket") return `docker --host ${docker.url}`;
  return `${sshCommand(
    docker,
    resolve(address, () => host),
  )} docker`;
}
