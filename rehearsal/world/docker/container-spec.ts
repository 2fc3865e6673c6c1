import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { canonicalDuration } from "../../../formats/duration.ts";
import { type Properties, ProviderError, type Value } from "../../provider/provider.ts";
import { flag, isRecord, list, number, record, text, textMap, texts } from "../kit/values.ts";
import type { Container, ContainerFile, HealthCheck, Mount, PublishedPort } from "../state.ts";
import { labelMap } from "./labels.ts";

function environment(envs: Value | undefined): Record<string, string> {
  const pairs = texts(envs).map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

function portsOf(ports: Value | undefined): PublishedPort[] {
  return list(ports).map((entry) => {
    const port = record(entry);
    const internal = number(port["internal"]);
    return {
      ip: text(port["ip"]) || "0.0.0.0",
      internal,
      // Docker would choose a free high port; the world's choice is the same every time.
      external: number(port["external"]) || 32_768 + internal,
      protocol: text(port["protocol"]) || "tcp",
    };
  });
}

function mountsOf(inputs: Properties): Mount[] {
  const volumes = list(inputs["volumes"]).map((entry): Mount => {
    const volume = record(entry);
    const hostPath = text(volume["hostPath"]);
    return {
      kind: hostPath ? "bind" : "volume",
      source: hostPath || text(volume["volumeName"]),
      target: text(volume["containerPath"]),
      readOnly: flag(volume["readOnly"]),
    };
  });
  const mounts = list(inputs["mounts"]).map((entry): Mount => {
    const mount = record(entry);
    const kind = text(mount["type"]);
    return {
      kind: kind === "bind" || kind === "tmpfs" ? kind : "volume",
      source: text(mount["source"]),
      target: text(mount["target"]),
      readOnly: flag(mount["readOnly"]),
    };
  });
  return [...volumes, ...mounts];
}

function uploadContent(upload: Properties, projectDir: string): string {
  const given = ["content", "contentBase64", "source"].filter((key) => text(upload[key]) !== "");
  if (given.length !== 1) {
    throw new ProviderError(
      `error with upload content: ${given.length === 0 ? "one" : "only one"} of 'content', 'content_base64', or 'source' must be set`,
    );
  }
  if (given[0] === "contentBase64")
    return Buffer.from(text(upload["contentBase64"]), "base64").toString("utf8");
  if (given[0] === "content") return text(upload["content"]);
  try {
    return readFileSync(resolve(projectDir, text(upload["source"])), "utf8");
  } catch (error) {
    throw new ProviderError(`could not read file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function filesOf(inputs: Properties, projectDir: string): ContainerFile[] {
  return list(inputs["uploads"]).map((entry) => {
    const upload = record(entry);
    const permissions = text(upload["permissions"]);
    if (permissions !== "" && !/^0[0-7]{3}$/.test(permissions)) {
      throw new ProviderError(`error with upload permissions: "${permissions}" is not of the form 0NNN`);
    }
    return {
      path: text(upload["file"]),
      content: uploadContent(upload, projectDir),
      mode: permissions || (flag(upload["executable"]) ? "0744" : "0644"),
      owner: text(upload["owner"]) || "0",
      group: text(upload["group"]) || "0",
    };
  });
}

function healthCheck(value: Value | undefined): HealthCheck | null {
  if (!isRecord(value)) return null;
  return {
    tests: texts(value["tests"]),
    interval: canonicalDuration(text(value["interval"])),
    timeout: canonicalDuration(text(value["timeout"])),
    startPeriod: canonicalDuration(text(value["startPeriod"])),
    startInterval: canonicalDuration(text(value["startInterval"])),
    retries: number(value["retries"]),
  };
}

/** As the daemon keeps them: upper case, with CAP_, sorted. */
function canonicalCapabilities(names: string[]): string[] {
  return names
    .map((name) => name.toUpperCase())
    .map((name) => (name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`))
    .sort();
}

/** Names that the program marked as secret: "envs[3]" stands for the variable of that line. */
function secretsOf(inputs: Properties, paths: string[]): Container["secret"] {
  const within = (path: string): boolean =>
    paths.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));
  const named = (property: string, name: (entry: Value) => string): string[] =>
    list(inputs[property]).flatMap((entry, index) => {
      const place = `${property}[${index}]`;
      const isSecret = within(place) || paths.some((one) => one.startsWith(`${place}.`));
      return isSecret ? [name(entry)] : [];
    });
  return {
    env: named("envs", (entry) => text(entry).split("=")[0] ?? ""),
    files: named("uploads", (entry) => text(record(entry)["file"])),
    labels: named("labels", (entry) => text(record(entry)["label"])),
    command: paths.some((one) => one === "command" || one.startsWith("command[")),
  };
}

/** As the daemon keeps them: what shares the host's processes, or may do everything, is no matter for SELinux. */
function securityOpts(inputs: Properties): string[] {
  const given = texts(inputs["securityOpts"]);
  const unconfined = text(inputs["pidMode"]) === "host" || flag(inputs["privileged"]);
  const labelled = given.some((one) => one.startsWith("label"));
  return unconfined && !labelled ? [...given, "label=disable"] : given;
}

/** Docker sets twice the memory when only the memory limit is given. */
export function swapLimit(memory: number, memorySwap: number): number {
  return memorySwap === 0 ? memory * 2 : memorySwap;
}

/** What the daemon makes of the provider's arguments; ids, image and state of running are added by the caller. */
export function containerFrom(
  inputs: Properties,
  context: { projectDir: string; secretPaths: string[] },
): Omit<Container, "id" | "imageId" | "createdBy" | "createdAt" | "running" | "createProblem"> {
  const memory = number(inputs["memory"]);
  const capabilities = record(inputs["capabilities"]);
  return {
    name: text(inputs["name"]),
    image: text(inputs["image"]),
    command: texts(inputs["command"]),
    entrypoints: texts(inputs["entrypoints"]),
    env: environment(inputs["envs"]),
    labels: labelMap(inputs["labels"]),
    user: text(inputs["user"]),
    workingDir: text(inputs["workingDir"]),
    hostname: text(inputs["hostname"]),
    networkMode: text(inputs["networkMode"]) || "bridge",
    pidMode: text(inputs["pidMode"]),
    networks: list(inputs["networksAdvanced"]).map((entry) => ({
      id: "",
      name: text(record(entry)["name"]),
      aliases: texts(record(entry)["aliases"]),
      address: text(record(entry)["ipv4Address"]),
    })),
    ports: portsOf(inputs["ports"]),
    mounts: mountsOf(inputs),
    files: filesOf(inputs, context.projectDir),
    memory,
    memorySwap: swapLimit(memory, number(inputs["memorySwap"])),
    memoryReservation: number(inputs["memoryReservation"]),
    restart: text(inputs["restart"]) || "no",
    maxRetryCount: number(inputs["maxRetryCount"]),
    cpuShares: number(inputs["cpuShares"]),
    cpuSet: text(inputs["cpuSet"]),
    healthcheck: healthCheck(inputs["healthcheck"]),
    hosts: list(inputs["hosts"]).map((entry) => ({
      host: text(record(entry)["host"]),
      ip: text(record(entry)["ip"]),
    })),
    capabilities: {
      adds: canonicalCapabilities(texts(capabilities["adds"])),
      drops: canonicalCapabilities(texts(capabilities["drops"])),
    },
    securityOpts: securityOpts(inputs),
    readOnly: flag(inputs["readOnly"]),
    privileged: flag(inputs["privileged"]),
    tmpfs: textMap(inputs["tmpfs"]),
    init: flag(inputs["init"]),
    logDriver: text(inputs["logDriver"]) || "json-file",
    logOpts: textMap(inputs["logOpts"]),
    secret: secretsOf(inputs, context.secretPaths),
  };
}
