import { createHash } from "node:crypto";
import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { canonical, flag, hasUnknown, record, text, textMap } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { readContext } from "./build-context.ts";
import { takeDisk } from "./disk.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { pull } from "./images.ts";
import { machineFor } from "./machines.ts";

/** Builds on the machine: every base must be pullable; the image's id follows from context and arguments. */
function build(
  workings: Workings,
  instance: Parameters<typeof machineFor>[1],
  inputs: Properties,
): Properties {
  const machine = machineFor(workings.state, instance);
  const options = record(inputs["build"]);
  const context = readContext(workings.projectDir, text(options["context"]), text(options["dockerfile"]));
  if ("problem" in context) throw new ProviderError(context.problem);
  const args = textMap(options["args"]);
  const parsed = parseDockerfile(context.dockerfile, args);
  for (const base of parsed.bases) pull(workings, machine, base);
  if (!flag(inputs["skipPush"])) {
    throw new ProviderError(
      `push of ${text(inputs["imageName"])} denied: requested access to the resource is denied; the rehearsal has no registry to push to: set skipPush`,
    );
  }
  const content = canonical([
    context.digest,
    args,
    text(options["platform"]),
    text(options["target"]),
    parsed.bases,
  ]);
  const id = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  if (!machine.images[id]) takeDisk(machine, "failed to build");
  machine.images[id] = { id, reference: text(inputs["imageName"]), build: parsed.image };
  return {
    baseImageName: text(inputs["imageName"]),
    context: text(options["context"]),
    dockerfile: text(options["dockerfile"]) || `${text(options["context"])}/Dockerfile`,
    platform: text(options["platform"]),
    registryServer: "",
    repoDigest: id,
  };
}

/** The native `docker.Image`: its read echoes the state and its delete does nothing. */
export function imageKind(workings: Workings): ResourceKind {
  const outputs = ["baseImageName", "context", "dockerfile", "platform", "registryServer", "repoDigest"];
  return {
    schema: {
      inputs: {
        imageName: { required: true },
        build: {},
        skipPush: {},
        buildOnPreview: {},
        registry: { same: () => true },
      },
      outputs,
      outputsOfUpdate: ["repoDigest"],
    },
    check(inputs) {
      const options = record(inputs["build"]);
      if (hasUnknown(options["context"]) || hasUnknown(options["dockerfile"])) return {};
      const context = readContext(workings.projectDir, text(options["context"]), text(options["dockerfile"]));
      if ("problem" in context) return { failures: [{ property: "build.context", reason: context.problem }] };
      return { inputs: { ...inputs, build: { ...options, contextDigest: context.digest } } };
    },
    create: ({ instance, inputs }) => ({
      id: text(inputs["imageName"]),
      outputs: build(workings, instance, inputs),
    }),
    read: ({ state }) => ({ outputs: state }),
    update: ({ instance, news }) => ({ outputs: build(workings, instance, news) }),
    delete() {},
  };
}
