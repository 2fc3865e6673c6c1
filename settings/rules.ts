import { meantBy, setCommand, waysToGive } from "./keys.ts";
import type { Problem } from "./problem.ts";
import { nearest } from "./schema/fault.ts";
import { orList } from "./schema/forms.ts";
import { secretsOf } from "./secrets.ts";
import { fileOf, type StackFile } from "./stack-file.ts";
import { at, isFields } from "./yaml.ts";

/** Rules that no single key can break. */
export function problemsAcrossFiles(files: readonly StackFile[], stack: string): Problem[] {
  return [
    ...stackWithoutFile(files, stack),
    ...numberOfHubs(files),
    ...files.flatMap(addressIsKnown),
    ...sharedAddresses(files),
    ...files.flatMap((file) => activityHost(file, files)),
    ...files.flatMap(dockerOfNewServer),
    ...files.flatMap(optionsWithoutSsh),
    ...files.flatMap(platformOfServer),
  ];
}

function stackWithoutFile(files: readonly StackFile[], stack: string): Problem[] {
  if (files.some(({ name }) => name === stack)) return [];
  const known = files.map(({ name }) => name).join(", ");
  const remedy = known === "" ? "write it" : `write it, or select one of the stacks that have one: ${known}`;
  return [{ file: fileOf(stack), key: "", wrong: "no such file", remedy }];
}

function numberOfHubs(files: readonly StackFile[]): Problem[] {
  const key = "kitestacks:host.role";
  const hubs = files.filter(({ role }) => role === "hub");
  if (hubs.length > 1)
    return hubs.map(({ file }) => ({
      file,
      key,
      value: "hub",
      wrong: `one of ${hubs.length} hubs (${hubs.map(({ name }) => name).join(", ")})`,
      remedy: "make all but one a member",
    }));
  // A file whose role could not be read may be the hub: its own problem says so.
  if (hubs.length === 1 || files.some(({ role }) => role === undefined)) return [];
  return files.slice(0, 1).map(({ file }) => ({
    file,
    key,
    value: "member",
    wrong: "one of the members only, and no host is the hub",
    remedy: "write hub in exactly one stack file",
  }));
}

/** Only the address of a VPS that we make may be looked up, because only it is sure to join under the name we gave it. */
function addressIsKnown({ file, role, config }: StackFile): Problem[] {
  const mode = at(config, "kitestacks:server", "mode");
  const host = at(config, "kitestacks:host");
  const isThere = isFields(host) && Object.keys(host).some((key) => nearest(key, ["tailnetAddress"]));
  if (role === undefined || isThere) return [];
  if (role === "hub" && mode !== "none" && mode !== "adopt") return [];
  const whose = role === "member" ? "a member" : `a hub with server.mode ${mode}`;
  return [
    {
      file,
      key: "kitestacks:host.tailnetAddress",
      wrong: `missing, and the address of ${whose} is not looked up`,
      remedy: "add what `tailscale ip -4` prints on the host",
    },
  ];
}

function sharedAddresses(files: readonly StackFile[]): Problem[] {
  return files.flatMap(({ file, sections: { host } }) => {
    const address = host?.tailnetAddress;
    const twin = files.find(
      (other) => other.file !== file && other.sections.host?.tailnetAddress === address,
    );
    if (address === undefined || twin === undefined) return [];
    return [
      {
        file,
        key: "kitestacks:host.tailnetAddress",
        value: address,
        wrong: `the address of ${twin.name} too`,
        remedy: "write what `tailscale ip -4` prints on each host",
      },
    ];
  });
}

function activityHost({ file, role, config }: StackFile, files: readonly StackFile[]): Problem[] {
  const value = at(config, "kitestacks:site", "activityHost");
  const names = files.map(({ name }) => name);
  if (role !== "hub" || typeof value !== "string" || names.includes(value)) return [];
  const similar = nearest(value, names);
  return [
    {
      file,
      key: "kitestacks:site.activityHost",
      value,
      wrong: "not a host",
      remedy: `write ${similar ?? orList(names)}`,
    },
  ];
}

function dockerOfNewServer({ file, sections: { host, server } }: StackFile): Problem[] {
  if (server?.mode !== "create" || !host?.docker.startsWith("unix://")) return [];
  return [
    {
      file,
      key: "kitestacks:host.docker",
      value: host.docker,
      wrong: "a socket of this machine, but the hub is a VPS to create",
      remedy: "write ssh, or set kitestacks:server.mode to none",
    },
  ];
}

function optionsWithoutSsh({ file, sections: { host } }: StackFile): Problem[] {
  if (host === undefined || host.sshOptions.length === 0 || !host.docker.startsWith("unix://")) return [];
  return [
    {
      file,
      key: "kitestacks:host.sshOptions",
      wrong: `options of SSH, but docker is ${host.docker}`,
      remedy: "remove them, or write docker: ssh",
    },
  ];
}

/** Hetzner's Arm servers are named CAX; an image of the other platform starts and dies with "exec format error". */
function platformOfServer({ file, sections: { host, server } }: StackFile): Problem[] {
  if (host === undefined || server === undefined || server.mode === "none") return [];
  const platform = server.type.startsWith("cax") ? "linux/arm64" : "linux/amd64";
  if (host.platform === platform) return [];
  return [
    {
      file,
      key: "kitestacks:host.platform",
      value: host.platform,
      wrong: `not the platform of a ${server.type}`,
      remedy: `write ${platform}`,
    },
  ];
}

/**
 * Another stack's encrypted value counts as present; of the stack being run, secrets must be there and of the right form.
 * @param elsewhere keys of the accounts' tokens that the environment holds
 */
export function problemsWithSecrets(
  files: readonly StackFile[],
  stack: string,
  values: Readonly<Record<string, string>>,
  elsewhere: readonly string[],
): Problem[] {
  const running = files.find(({ name }) => name === stack);
  if (running?.role === undefined) return [];
  const { file, role, sections, config } = running;
  return secretsOf(role).flatMap(({ key, purpose, required, form }) => {
    const problem = { file, key: `kitestacks:${key}` };
    const value = values[key];
    if (value !== undefined) {
      const wrong = form(value);
      return wrong === undefined
        ? []
        : [{ ...problem, wrong: `${wrong} (value not shown)`, remedy: setCommand(key, stack) }];
    }
    // One that stands there in plain text, or under a mistyped key, is a problem of its own already.
    const present = Object.keys(config).some((found) => (meantBy(found, role) ?? found) === problem.key);
    return present || elsewhere.includes(key) || !required(sections)
      ? []
      : [{ ...problem, wrong: `missing: ${purpose}`, remedy: waysToGive(key, stack) }];
  });
}
