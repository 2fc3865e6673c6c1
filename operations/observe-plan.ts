import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Sso } from "../catalogue/service.ts";
import { isSecret, type Reference, resolve, type Text } from "../catalogue/text.ts";
import { publicHostnames } from "../plan/ingress.ts";
import type { ContainerPlan, FirstRunStep, HostPlan, Plan } from "../plan/plan.ts";
import type {
  Observed,
  ObservedContainer,
  ObservedEdge,
  ObservedHost,
  ObservedSettings,
  ObservedTunnel,
} from "../promises/observed.ts";
import type { Settings } from "../settings/settings.ts";
import type { ScriptInput } from "./sign-on/applications.ts";
import { observeOidcClients } from "./sign-on/observe-clients.ts";

/** Where a container's processes would listen: from facts about images, never from the service that is checked. */
export type Listens = (container: ContainerPlan, host: HostPlan) => ObservedContainer["listens"];

/** Stands for what only the cloud knows; any tunnel id would do. */
const tunnelId = "planned-tunnel";

/**
 * The system as it would be after a successful `up` on every stack, for what a plan alone can prove. A secret's
 * value is its name in brackets: equal where the same secret is used, and found wherever it may not be.
 */
export function observePlan(plan: Plan, catalogue: Catalogue, listens: Listens): Observed {
  const show = (value: Text) => resolve(value, (reference) => shownValue(reference, plan));
  const hosts = plan.hosts.map((host) => observeHost(host, show, listens));
  const settings = observeSettings(plan, catalogue);
  const inputs = new Map(
    plan.hosts.map(({ name, steps }) => [name, steps.map((step) => inputOf(step, show))]),
  );
  return {
    hosts,
    edge: observeEdge(plan),
    tailnet: { policy: plan.tailnet.policy, devices: devices(plan, show) },
    firewalls: [],
    settings,
    states: [],
    secrets: Object.fromEntries(secretNames(plan).map((name) => [name, shownSecret(name)])),
    history: [],
    oidcClients: observeOidcClients(hosts, settings.publicHostnames, (host) => inputs.get(host) ?? []),
  };
}

function inputOf({ service, input }: FirstRunStep, show: (value: Text) => string): ScriptInput {
  return { container: service, text: show(input) };
}

function observeEdge(plan: Plan): ObservedEdge {
  return {
    domain: plan.edge.domain,
    records: plan.edge.names.map((name) => ({
      name,
      type: "CNAME",
      content: `${tunnelId}.cfargotunnel.com`,
      proxied: true,
    })),
    tunnels: [observeTunnel(plan)],
  };
}

/** What a person set, as far as promises compare with it; the same wherever the system is looked at. */
export function observeSettings({ settings }: Plan, catalogue: Catalogue): ObservedSettings {
  return {
    publicHostnames: publicHostnames(settings, catalogue).map(({ hostname, service }) => ({
      hostname,
      container: service.name,
    })),
    hosts: settings.hosts.map(({ name, ramMiB, swapMiB }) => ({ name, ramMiB, swapMiB })),
    placements: catalogue.map((service) => ({
      service: service.name,
      containers: [service.name],
      placement: service.data.placement,
      writable: service.data.writable,
      public: service.public !== undefined,
    })),
    acceptSplitData: settings.services.acceptSplitData,
    signOnServices: catalogue
      .filter(({ public: face, sso }) => face !== undefined && usesOidc(sso, settings))
      .map(({ name, sso }) => ({ name, loginState: "loginState" in sso ? sso.loginState : undefined })),
  };
}

function usesOidc({ kind }: Sso, { services }: Settings): boolean {
  return kind === "oidc" || (kind === "ldap" && services.openprojectLogin === "oidc");
}

function observeHost(host: HostPlan, show: (value: Text) => string, listens: Listens): ObservedHost {
  return {
    name: host.name,
    reachable: true,
    isHub: host.isHub,
    tailnetAddress: show(host.address),
    publicAddress: undefined,
    bridgeGateways: [host.network.gateway],
    guarded: host.guard.drops.map(show),
    containers: host.containers.map((container) => ({
      ...observeContainer(container, show),
      listens: listens(container, host),
    })),
    volumes: host.volumes.map((name) => ({ name, protected: false })),
  };
}

function observeContainer(
  plan: ContainerPlan,
  show: (value: Text) => string,
): Omit<ObservedContainer, "listens"> {
  const variables = Object.entries(plan.environment);
  return {
    name: plan.name,
    image: "reference" in plan.image ? plan.image.reference : `kitestacks/${plan.name}`,
    running: true,
    healthy: plan.health === undefined ? undefined : true,
    healthCheck: plan.health?.test.map(show) ?? [],
    entrypoint: [],
    command: plan.command.map(show),
    environment: Object.fromEntries(variables.map(([name, value]) => [name, show(value)])),
    secretVariables: variables.filter(([, value]) => isSecret(value)).map(([name]) => name),
    labels: {},
    networks: [plan.network === "host" ? "host" : "kitestacks"],
    published: plan.published.map(({ address, port, target }) => ({ address: show(address), port, target })),
    volumes: plan.volumes.map(({ volume, path }) => ({ name: volume, path })),
    memoryMiB: plan.memoryMiB,
    memorySwapMiB: plan.memorySwapMiB,
    typicalMiB: plan.typicalMiB,
    files: plan.files.map(({ path, content }) => ({ path, content: show(content) })),
    secretFiles: plan.files.filter(({ content }) => isSecret(content)).map(({ path }) => path),
  };
}

function observeTunnel({ edge, hosts }: Plan): ObservedTunnel {
  return {
    id: tunnelId,
    name: edge.settings.tunnelName,
    deleted: false,
    ingress: edge.ingress.map(({ hostname, service }) => ({ hostname, service })),
    connectors: hosts
      .filter(({ containers }) => containers.some(({ environment }) => "TUNNEL_TOKEN" in environment))
      .map(({ name }) => name),
  };
}

function devices(plan: Plan, show: (value: Text) => string) {
  return plan.hosts.map((host) => ({
    name: host.name,
    address: show(host.address),
    tags: host.isHub && plan.server.mode === "create" ? plan.tailnet.hubTags : [],
    isHost: true,
  }));
}

function shownValue(reference: Reference, plan: Plan): string {
  if (reference.ref === "secret") return shownSecret(reference.name);
  // Not known before its machine joined; an address that no stack file can have.
  return reference.host === plan.hub.name ? "100.100.100.100" : reference.host;
}

const shownSecret = (name: string) => `<secret ${name}>`;

function secretNames(plan: Plan): readonly string[] {
  const provided = plan.settings.providedSecrets.map((key) => `provided.${key}`);
  return [...plan.generated.map(({ name }) => name), ...provided, "edge.tunnelToken"];
}
