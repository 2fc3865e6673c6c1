import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Facts, HostFacts, PublicService } from "../catalogue/facts.ts";
import type { Service } from "../catalogue/service.ts";
import { addressOf, text } from "../catalogue/text.ts";
import type { HostSettings, Settings } from "../settings/settings.ts";
import { blueprintsFor } from "./blueprints/blueprints.ts";
import { portalFiles } from "./portal-files.ts";
import { oidcClients, oidcSettings } from "./sign-on.ts";

/** What the services' facts may depend on, for one host. */
export function factsFor(settings: Settings, catalogue: Catalogue, hostName: string): Facts {
  const hosts = settings.hosts.map(hostFacts);
  const host = found(hosts, hostName);
  const hub = hosts.find((candidate) => candidate.isHub) ?? host;
  const here = servicesOn(settings, catalogue, host);
  const publicServices = catalogue.flatMap((service) => publicService(settings, service));
  const service = (name: string) => found(publicServices, name);
  const clients = once(() =>
    oidcClients(settings, catalogue, {
      url: (name) => service(name).url,
      tailnet: (name) => hosts.filter((it) => runsOn(it, name)),
    }),
  );
  const runsOn = (it: HostFacts, name: string) =>
    servicesOn(settings, catalogue, it).some((candidate) => candidate.name === name);
  const facts: Facts = {
    settings,
    host,
    hosts,
    hub,
    publicServices,
    firstVisitors: catalogue
      .filter((service) => service.public !== undefined && service.firstVisitor !== undefined)
      .map(({ name }) => name),
    runs: (name) => here.some((candidate) => candidate.name === name),
    url: (name) => service(name).url,
    hostname: (name) => new URL(service(name).url).hostname,
    oidc: (name) => oidcSettings(service("authentik").url, found(clients(), name), host.name),
    blueprints: once(() => blueprintsFor(catalogue, clients(), publicServices)),
    reach: (name) => (facts.runs(name) ? name : hub.address),
    portalFiles: () => filesOfThePortal(facts),
  };
  return facts;
}

/** Services of the catalogue that run on a host, by its role and profile. */
export function servicesOn(settings: Settings, catalogue: Catalogue, host: HostFacts): readonly Service[] {
  return catalogue.filter(
    (service) =>
      (service.runsOn === "every host" || host.isHub) &&
      !(host.profile === "lite" && leftOutOfLite(settings, service)),
  );
}

export function fullHostname(domain: string, label: string): string {
  return label === "@" ? domain : `${label}.${domain}`;
}

function leftOutOfLite(settings: Settings, service: Service): boolean {
  const chosen = settings.services.liteLeavesOut;
  return chosen === undefined ? service.mayBeLeftOut === true : chosen.includes(service.name);
}

function hostFacts(host: HostSettings): HostFacts {
  return {
    name: host.name,
    profile: host.profile,
    isHub: host.role === "hub",
    address: host.tailnetAddress ?? text`${addressOf(host.name)}`,
    booksPath: host.booksPath,
  };
}

function publicService({ site }: Settings, service: Service): PublicService[] {
  const face = service.public;
  if (face === undefined) return [];
  return [
    {
      name: service.name,
      title: face.title,
      purpose: face.purpose,
      url: `https://${fullHostname(site.domain, face.hostname)}`,
      healthUrl: `http://${service.name}:${service.port}${face.healthPath}`,
    },
  ];
}

function filesOfThePortal({ settings, host, hosts, publicServices }: Facts) {
  const files = portalFiles({
    site: { name: settings.site.title, domain: settings.site.domain },
    hostName: host.name,
    hostNames: hosts.map(({ name }) => name),
    gateway: settings.network.gateway,
    subnet: settings.network.subnet,
    services: publicServices,
  });
  return Object.entries(files).map(([path, content]) => ({ path, content }));
}

function found<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const item = list.find((candidate) => candidate.name === name);
  if (item === undefined)
    throw new Error(`There is no ${name} among ${list.map((it) => it.name).join(", ")}.`);
  return item;
}

/** Made when it is first asked for, and then kept: services ask for the same things again and again. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
