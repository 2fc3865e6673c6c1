import type { Catalogue } from "../catalogue/catalogue.ts";
import { isSecret } from "../catalogue/text.ts";
import type { Problem } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { signOnProblems } from "./check-sign-on.ts";
import { inCatalogue } from "./in-catalogue.ts";
import { publicHostnames } from "./ingress.ts";
import type { HostPlan } from "./plan.ts";

/** Mistakes in the facts themselves, which would break a promise on every installation. */
export function catalogueProblems(settings: Settings, catalogue: Catalogue): readonly Problem[] {
  return [
    ...duplicateNames(catalogue),
    ...halfPublic(catalogue),
    ...duplicateHostnames(settings, catalogue),
    ...duplicatePorts(catalogue),
    ...openDoors(catalogue),
    ...signOnProblems(catalogue),
  ];
}

/** Promise P5: a command line is readable by everyone on the host, and in `docker inspect`. */
export function commandProblems(hosts: readonly HostPlan[]): readonly Problem[] {
  const named = hosts.flatMap(({ containers }) =>
    containers.filter(({ command }) => command.some(isSecret)).map(({ name }) => name),
  );
  return [...new Set(named)].map((name) =>
    inCatalogue(name, "its command holds a secret", "pass it by environment or by a file"),
  );
}

function duplicateNames(catalogue: Catalogue): readonly Problem[] {
  return duplicates(catalogue, ({ name }) => name).map(([{ name }]) =>
    inCatalogue(name, "two services have this name", "rename one of them"),
  );
}

/** Promise P1: the edge picks any host, so what is public runs on every one. */
function halfPublic(catalogue: Catalogue): readonly Problem[] {
  return catalogue
    .filter((service) => service.public && (service.runsOn === "hub" || service.mayBeLeftOut))
    .map(({ name }) =>
      inCatalogue(
        name,
        "it is public, but does not run on every host",
        'set runsOn to "every host" without mayBeLeftOut, or take public out',
      ),
    );
}

/**
 * A service whose first visitor becomes administrator is public only after the step that makes one. Nothing of this
 * keeps a running connector from serving: a step that fails stops the `up`, and the connector is not touched.
 */
function openDoors(catalogue: Catalogue): readonly Problem[] {
  return catalogue.flatMap(({ name, public: face, firstVisitor, firstRun = [] }) => {
    if (face === undefined || firstVisitor === undefined) return [];
    const { until } = firstVisitor;
    const isGate = firstRun.some(({ step, gate }) => step === until && gate);
    const wrong = `it is public, its first visitor becomes its administrator until ${until} has run,`;
    return [
      ...(isGate
        ? []
        : [
            inCatalogue(
              name,
              `${wrong} and no step of that name is a gate`,
              `add the step ${until} to its firstRun, with gate: true`,
            ),
          ]),
      ...(catalogue.some(({ connector }) => connector)
        ? []
        : [
            inCatalogue(
              name,
              `${wrong} and no service is the connector, which has to wait for it`,
              "set connector: true on the service that lets the public in",
            ),
          ]),
    ];
  });
}

function duplicateHostnames(settings: Settings, catalogue: Catalogue): readonly Problem[] {
  return duplicates(publicHostnames(settings, catalogue), ({ hostname }) => hostname).map(([first, second]) =>
    inCatalogue(
      second.service.name,
      `it wants ${first.hostname}, which ${first.service.name} has`,
      "give it another hostname",
    ),
  );
}

/** Ports on a host's tailnet address, published or listened on in the host's network. */
function duplicatePorts(catalogue: Catalogue): readonly Problem[] {
  const ports = catalogue.flatMap(({ name, tailnetPorts = [] }) =>
    tailnetPorts.map(({ port }) => ({ name, port })),
  );
  return duplicates(ports, ({ port }) => String(port)).map(([first, second]) =>
    inCatalogue(
      second.name,
      `it wants port ${first.port} of the host's tailnet address, which ${first.name} has`,
      "give it another port",
    ),
  );
}

/** The first two of every group with the same key. */
function duplicates<T>(list: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, T])[] {
  return [...Map.groupBy(list, keyOf).values()].flatMap(([first, second]) =>
    first !== undefined && second !== undefined ? [[first, second] as const] : [],
  );
}
