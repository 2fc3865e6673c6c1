/**
 * The files that the portal's container gets at deploy time. Its image is the same on every host and names no
 * service; whatever depends on the site, the host or the catalogue is written here and uploaded.
 */

export type PortalService = {
  /** The name in the catalogue; becomes the path of its light, `/up/<name>`. */
  name: string;
  title: string;
  /** One line: what it is for. */
  purpose: string;
  /** The public https address. */
  url: string;
  /** Its health path as seen inside the Docker network: `http://grafana:3000/api/health`. */
  healthUrl: string;
};

export type PortalInput = {
  site: { name: string; domain: string };
  /** All hosts whose numbers the page shows. Their panels are there, with their names, before the first answer. */
  hostNames: readonly string[];
  /** The host that this container runs on; visitors see it as "served by". */
  hostName: string;
  /** The Docker network's gateway address on this host, where the metrics API listens. */
  gateway: string;
  /** The Docker network in CIDR form: CF-Connecting-IP is believed from there only. */
  subnet: string;
  /** The public services in the order of their cards. */
  services: readonly PortalService[];
};

const HTML = "/usr/share/nginx/html";
const METRICS_API_PORT = 8000;

/**
 * Path in the container → content.
 *
 * @throws when a value could change the meaning of the nginx configuration; the message names the value and
 * the remedy.
 */
export function portalFiles(input: PortalInput): Readonly<Record<string, string>> {
  return {
    "/etc/nginx/kitestacks/host.conf": hostConf(input),
    [`${HTML}/parts/name.html`]: html(input.site.name),
    [`${HTML}/parts/heading.html`]: `<h1>${html(input.site.name)}</h1>\n`,
    [`${HTML}/parts/host.html`]: html(input.hostName),
    [`${HTML}/parts/hosts.html`]: `<div class="hosts" id="hosts" data-names="${html(input.hostNames.join(" "))}"></div>\n`,
    [`${HTML}/parts/services.html`]: input.services.map(card).join(""),
    [`${HTML}/parts/lights.json`]: lights(input.services),
    [`${HTML}/services.json`]: json({
      services: input.services.map(({ name, title, purpose, url }) => ({ name, title, purpose, url })),
    }),
    [`${HTML}/manifest.webmanifest`]: json(manifest(input.site)),
  };
}

function hostConf({ hostName, gateway, subnet, services }: PortalInput): string {
  return [
    `# Written by the deployment for the host ${plain("host name", hostName, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i)}.`,
    `map "" $portal_host { default "${hostName}"; }`,
    `set_real_ip_from ${plain("subnet", subnet, /^[0-9a-f.:]+\/[0-9]{1,3}$/)};`,
    "upstream metrics_api {",
    `  server ${plain("gateway", gateway, /^[0-9]+(\.[0-9]+){3}$/)}:${METRICS_API_PORT} max_fails=0;`,
    "  keepalive 4;",
    "}",
    "map $uri $probe_url {",
    '  default "";',
    ...services.map((service) => `  ${lightPath(service)} "${healthUrl(service)}";`),
    "}",
    "",
  ].join("\n");
}

function lightPath({ name }: PortalService): string {
  return `/up/${plain("service name", name, /^[a-z0-9][a-z0-9-]*$/)}`;
}

function healthUrl(service: PortalService): string {
  // No `$`, quote, brace, semicolon or blank: inside the quotes of an nginx map value nothing else has a meaning.
  const form = /^https?:\/\/[A-Za-z0-9.-]+(:[0-9]+)?\/[A-Za-z0-9._~/?&=%+-]*$/;
  return plain(`health address of ${service.name}`, service.healthUrl, form);
}

function plain(what: string, value: string, form: RegExp): string {
  if (form.test(value)) return value;
  throw new Error(
    `portal: the ${what} ${JSON.stringify(value)} cannot stand in an nginx configuration; ` +
      `use a value that matches ${form.source}.`,
  );
}

/** One answer for all lights: nginx puts each service's own answer in the place of its include. */
function lights(services: readonly PortalService[]): string {
  const entries = services.map(
    (service) => `"${service.name}":<!--# include virtual="${lightPath(service)}" -->`,
  );
  return `{"lights":{${entries.join(",")}}}\n`;
}

function card({ name, title, purpose, url }: PortalService): string {
  if (!/^https?:\/\//.test(url)) {
    throw new Error(
      `portal: the address ${JSON.stringify(url)} of ${name} is no link; it must start with https://.`,
    );
  }
  const letter = [...title][0] ?? "";
  return `<li class="card" data-service="${html(name)}">
<span class="glyph" aria-hidden="true">${html(letter)}</span>
<h3><a href="${html(url)}">${html(title)}</a></h3>
<p class="purpose">${html(purpose)}</p>
<p class="light live" data-up="unknown"><span class="lamp"></span> <span class="word">asking</span></p>
</li>
`;
}

function manifest(site: PortalInput["site"]) {
  const icon = (file: string, sizes: string, purpose: string) => ({
    src: `/icons/${file}`,
    sizes,
    type: file.endsWith(".svg") ? "image/svg+xml" : "image/png",
    purpose,
  });
  return {
    name: site.name,
    short_name: site.name,
    description: `The start page of ${site.domain}`,
    id: "/",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#0a0714",
    theme_color: "#0a0714",
    icons: [
      icon("kite.svg", "any", "any"),
      icon("kite-192.png", "192x192", "any"),
      icon("kite-512.png", "512x512", "any"),
      icon("kite-maskable-512.png", "512x512", "maskable"),
    ],
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Safe as text and inside a quoted attribute. It also breaks `<!--#`, so no name can smuggle in an include. */
function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
