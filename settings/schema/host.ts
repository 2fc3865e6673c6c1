import type { z } from "zod";
import { addressNumber, blockText, holds, tailnetBlock } from "../addresses.ts";
import type { DockerConnection } from "../settings.ts";
import { fault } from "./fault.ts";
import { choice, complain, distinct, formed, section, text } from "./forms.ts";
import { memory } from "./memory.ts";
import { keywordFault } from "./ssh-keywords.ts";
import { sshDefaults } from "./ssh-options.ts";

function tailnetFault(value: string): string | undefined {
  const address = addressNumber(value);
  const remedy = "write what `tailscale ip -4` prints on the host";
  if (address === undefined) return fault("not an IPv4 address", remedy);
  return holds(tailnetBlock, address)
    ? undefined
    : fault(`not a tailnet address (those are in ${blockText(tailnetBlock)})`, remedy);
}

const tailnetAddress = text("the host's tailnet address, as `tailscale ip -4` prints it").superRefine(
  (value, context) => complain(context, tailnetFault(value)),
);

const dockerForm = /^(ssh|ssh:\/\/[a-z_][a-z0-9_-]*@tailnet|unix:\/\/\/\S+)$/;

function explainDocker(value: string): string | undefined {
  const ssh = /^ssh:\/\/(?:([a-z_][a-z0-9_-]*)@)?/.exec(value);
  if (ssh !== null)
    return fault(
      "an address of its own, though a host is reached at its tailnet address",
      `write ${ssh[1] === undefined || ssh[1] === "root" ? "ssh" : `ssh://${ssh[1]}@tailnet`}`,
    );
  if (/^(tcp|https?):/.test(value))
    return fault(
      "Docker on an open port, which gives the host to whoever reaches it",
      "write ssh or unix:///var/run/docker.sock",
    );
  return value.startsWith("/") ? fault("a path, not a URL", `write unix://${value}`) : undefined;
}

const docker = formed(
  "how Pulumi reaches Docker: ssh (as root, over the tailnet), ssh://user@tailnet or unix:///var/run/docker.sock",
  dockerForm,
  "not a way to reach Docker",
  explainDocker,
).default("ssh");

const sshOption = formed(
  "an option of ssh_config as Keyword=value, e.g. IdentityFile=~/.ssh/kitestacks",
  /^[A-Z][A-Za-z0-9]+=\S.*$/,
  "not an option of ssh_config",
).superRefine((value, context) => complain(context, keywordFault(value)));

export const host = section("this host: role, memory, how it is reached", {
  role: choice("the role: hub (exactly one host) or member", ["hub", "member"]),
  tailnetAddress: tailnetAddress.optional(),
  ramMiB: memory("the host's RAM in MiB, a whole number (`free -m` prints it)", {
    min: 1024,
    max: 1_048_576,
  }),
  swapMiB: memory("the host's swap in MiB, a whole number (0: none)", { min: 0, max: 262_144 }).describe(
    "The host's swap in MiB, a whole number (0: none); only the first boot of a VPS to create makes it, and a later change makes none (docs/operating.md, More swap)",
  ),
  // The logs of two dozen containers may come to 720 MiB.
  freeDiskMiB: memory(
    "the MiB that must be free where Docker keeps its data before an `up` touches a container (0: never mind)",
    { min: 0, max: 1_048_576 },
  ).default(1024),
  profile: choice(
    "which containers the host runs: full, or lite, which leaves out what others can do for it",
    ["full", "lite"],
  ).default("full"),
  docker,
  sshOptions: distinct("further options of ssh_config, each Keyword=value", sshOption, 0).default([]),
  platform: choice("the platform of the host's images: linux/amd64 or linux/arm64", [
    "linux/amd64",
    "linux/arm64",
  ]).default("linux/amd64"),
  adoptNetwork: formed(
    "the full id of the kitestacks network that exists, as `docker network inspect -f '{{.Id}}' kitestacks` prints it",
    /^[0-9a-f]{64}$/,
    "not the full id of a Docker network",
  ).optional(),
  booksPath: formed(
    "the absolute path of the folder with the e-books on the host",
    /^\/(?!.*(^|\/)\.\.?(\/|$))[^:]*[^:/]$/,
    "not an absolute path of a folder",
  ).optional(),
});

/** The person's options come first, because ssh takes the first value it gets for a keyword. */
export function dockerConnection({ docker, sshOptions }: z.output<typeof host>): DockerConnection {
  if (docker.startsWith("unix://")) return { kind: "socket", url: docker };
  const user = /^ssh:\/\/(.+)@tailnet$/.exec(docker)?.[1] ?? "root";
  const ownOptions = asArguments(sshOptions);
  return { kind: "ssh", user, sshOptions: [...ownOptions, ...asArguments(sshDefaults)], ownOptions };
}

const asArguments = (options: readonly string[]) => options.flatMap((option) => ["-o", option]);
