import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Service } from "../catalogue/service.ts";
import type { Problem } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { fileOf } from "../settings/stack-file.ts";
import { extraGrantProblems } from "./check-grants.ts";
import { imageProblems } from "./check-images.ts";
import { fullHostname } from "./facts.ts";
import { generatedSecrets, rotationProblems } from "./secrets.ts";
import { inUseProblems } from "./secrets-in-use.ts";

/** Everything a person set that the catalogue does not allow; empty when the plan may be made. */
export function settingProblems(settings: Settings, catalogue: Catalogue): readonly Problem[] {
  const hub = settings.hosts.find(({ role }) => role === "hub");
  const file = fileOf(hub?.name ?? "");
  return [
    ...longNames(settings, catalogue, file),
    ...unknownServices(settings, catalogue, file),
    ...splitDataProblems(settings, catalogue, file),
    ...liteProblems(settings, catalogue, file),
    ...imageProblems(settings, catalogue, file),
    ...extraGrantProblems(settings, catalogue, file),
    ...rotationProblems(settings, catalogue, file),
    ...inUseProblems(settings, generatedSecrets(settings, catalogue), file),
  ];
}

/** RFC 1035: a name ends at 253 characters, and a service's label comes before the domain. */
function longNames({ site }: Settings, catalogue: Catalogue, file: string): Problem[] {
  const labels = ["www", ...catalogue.flatMap((service) => service.public?.hostname ?? [])];
  const [longest = ""] = labels.sort((a, b) => b.length - a.length);
  const { length } = fullHostname(site.domain, longest);
  if (length <= 253) return [];
  return [
    {
      file,
      key: "kitestacks:site.domain",
      value: site.domain,
      wrong: `too long for ${longest} before it: ${length} characters, and DNS ends at 253`,
      remedy: `write a domain of at most ${253 - longest.length - 1}`,
    },
  ];
}

function unknownServices({ services }: Settings, catalogue: Catalogue, file: string): Problem[] {
  const known = catalogue.map(({ name }) => name);
  const named = [
    ...Object.keys(services.images).map((name) => ({ key: `services.images.${name}`, name })),
    ...services.acceptSplitData.map((name, i) => ({ key: `services.acceptSplitData[${i}]`, name })),
    ...(services.liteLeavesOut ?? []).map((name, i) => ({ key: `services.liteLeavesOut[${i}]`, name })),
  ];
  return named
    .filter(({ name }) => !known.includes(name))
    .map(({ key, name }) => ({
      file,
      key: `kitestacks:${key}`,
      value: name,
      wrong: "there is no such service",
      remedy: `use one of ${known.join(", ")}`,
    }));
}

/** Promise P9: a visitor who writes on one host and reads on another must have been accepted by name. */
function splitDataProblems({ services, hosts }: Settings, catalogue: Catalogue, file: string): Problem[] {
  if (hosts.length < 2) return [];
  return catalogue
    .filter((service) => service.public && service.data.writable && service.data.placement === "per-host")
    .filter(({ name }) => !services.acceptSplitData.includes(name))
    .map(({ name, data }) => ({
      file,
      key: "kitestacks:services.acceptSplitData",
      value: services.acceptSplitData,
      wrong: `${name} is public and keeps ${data.what} on each host apart, so visitors may meet either copy`,
      remedy: `add ${name} to accept that`,
    }));
}

/** What lite leaves out must be something every host can do without (every public name answers; P10 holds). */
function liteProblems({ services }: Settings, catalogue: Catalogue, file: string): Problem[] {
  return (services.liteLeavesOut ?? []).flatMap((name, i) => {
    const service = catalogue.find((candidate) => candidate.name === name);
    if (service === undefined || service.mayBeLeftOut) return [];
    const allowed = catalogue.filter(({ mayBeLeftOut }) => mayBeLeftOut).map((it) => it.name);
    return [
      {
        file,
        key: `kitestacks:services.liteLeavesOut[${i}]`,
        value: name,
        wrong: `a lite host needs it: ${whyNeeded(service, catalogue)}`,
        remedy: `leave out only ${allowed.join(", ")}`,
      },
    ];
  });
}

function whyNeeded(service: Service, catalogue: Catalogue): string {
  if (service.public) return "every public name answers on every host";
  const users = catalogue.filter(({ needs = [] }) => needs.includes(service.name)).map(({ name }) => name);
  return users.length > 0 ? `${users.join(", ")} cannot do without it` : "the promises rest on it";
}
