import type { HostPicture, Picture, ServicePicture } from "./data.ts";
import { asText, gib } from "./text.ts";

const WIDTH = 1200;
const HOSTS_TOP = 250;
const CHIP = { height: 40, gap: 8 };
const HEAD = 96;
const TAILNET = 64;

/** The whole system: the way in from above, the hosts beside each other, the tailnet below. Colours come by class. */
export function systemSvg(picture: Picture): string {
  const columns = Math.max(1, picture.hosts.length);
  const width = (WIDTH - 40 * (columns - 1)) / columns;
  const perRow = Math.max(1, Math.floor((width - 24) / 180));
  const rows = Math.max(...picture.hosts.map(({ services }) => Math.ceil(services.length / perRow)), 1);
  const hostHeight = HEAD + rows * (CHIP.height + CHIP.gap) + 12;
  const tailnetTop = HOSTS_TOP + hostHeight + 40;
  const x = (index: number) => index * (width + 40);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${tailnetTop + TAILNET}" role="img" aria-labelledby="svg-title svg-text">`,
    `<title id="svg-title">${asText(picture.title)}</title>`,
    `<desc id="svg-text">${asText(inOneSentence(picture))}</desc>`,
    wayIn(picture),
    ...picture.hosts.map((host, i) => connection(host, x(i) + width / 2)),
    ...picture.hosts.map((host, i) => hostBox(host, { x: x(i), width, height: hostHeight, perRow })),
    ...picture.hosts.map((_, i) =>
      line(x(i) + width / 2, HOSTS_TOP + hostHeight, x(i) + width / 2, tailnetTop, "tailnet-line"),
    ),
    tailnet(picture, tailnetTop),
    "</svg>",
  ].join("\n");
}

function inOneSentence({ hostnames, hosts, domain }: Picture): string {
  const parts = hosts.map(
    ({ name, services, connected }) =>
      `${name} with ${services.length} services, connector ${connected ? "running" : "not running"}`,
  );
  return `The internet reaches ${hostnames.length} names of ${domain} through Cloudflare's edge and one tunnel: ${parts.join("; ")}. The lists below say the same.`;
}

function wayIn({ hostnames, domain }: Picture): string {
  return [
    box(WIDTH / 2 - 90, 8, 180, 44, "internet", "the internet"),
    line(WIDTH / 2, 52, WIDTH / 2, 84, "way"),
    box(
      WIDTH / 2 - 190,
      84,
      380,
      60,
      "edge",
      `Cloudflare: ${domain}`,
      `${hostnames.length} names, one tunnel`,
    ),
  ].join("\n");
}

function connection({ connected }: HostPicture, x: number): string {
  return `<path class="${connected ? "way" : "way broken"}" d="M ${WIDTH / 2} 144 C ${WIDTH / 2} 200, ${x} 190, ${x} ${HOSTS_TOP}"/>`;
}

interface Place {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly perRow: number;
}

function hostBox(host: HostPicture, { x, width, height, perRow }: Place): string {
  const chipWidth = (width - 24 - CHIP.gap * (perRow - 1)) / perRow;
  const state = host.reachable ? "" : " (not reachable)";
  return [
    `<g>`,
    `<rect class="host" x="${x}" y="${HOSTS_TOP}" width="${width}" height="${height}" rx="10"/>`,
    `<text class="host-name" x="${x + 16}" y="${HOSTS_TOP + 32}">${asText(host.name)}${host.isHub ? " (hub)" : ""}${state}</text>`,
    memoryBar(host, x + 16, HOSTS_TOP + 46, width - 32),
    ...host.services.map((service, i) =>
      chip(
        service,
        x + 12 + (i % perRow) * (chipWidth + CHIP.gap),
        HOSTS_TOP + HEAD + Math.floor(i / perRow) * (CHIP.height + CHIP.gap),
        chipWidth,
      ),
    ),
    "</g>",
  ].join("\n");
}

/** Typical use inside of the limits inside of what the machine has. */
function memoryBar(
  { memory: { limits, typical, allowed } }: HostPicture,
  x: number,
  y: number,
  width: number,
): string {
  const part = (mib: number) => Math.min(width, allowed <= 0 ? width : (mib / allowed) * width);
  return [
    `<rect class="bar" x="${x}" y="${y}" width="${width}" height="14" rx="4"/>`,
    `<rect class="${limits > allowed ? "bar-over" : "bar-limits"}" x="${x}" y="${y}" width="${part(limits)}" height="14" rx="4"/>`,
    `<rect class="bar-typical" x="${x}" y="${y}" width="${part(typical)}" height="14" rx="4"/>`,
    `<text class="small" x="${x}" y="${y + 32}">memory: typical ${gib(typical)}, limits ${gib(limits)} of ${gib(allowed)}</text>`,
  ].join("\n");
}

function chip(
  { name, hostnames, ports, shared, works, degraded, mark }: ServicePicture,
  x: number,
  y: number,
  width: number,
): string {
  const kind = hostnames.length > 0 ? "public" : ports.length > 0 ? "on-tailnet" : "inside";
  const lacks = works && degraded.length > 0;
  const state = works ? (lacks ? "degraded" : "") : "broken";
  const classes = ["chip", kind, mark === "removed" ? "" : state, mark ?? ""].filter((one) => one !== "");
  const words = mark ?? (works ? (lacks ? "lacks something" : "") : "does not work");
  const below = [
    hostnames.length > 0 ? "public" : "",
    ports.length > 0 ? `port ${ports.join(", ")}` : "",
    shared ? "for all hosts" : "",
    words,
  ].filter((part) => part !== "");
  return [
    `<rect class="${classes.join(" ")}" x="${x}" y="${y}" width="${width}" height="${CHIP.height}" rx="6"/>`,
    `<text class="chip-name" x="${x + 10}" y="${y + 17}">${asText(name)}</text>`,
    `<text class="small" x="${x + 10}" y="${y + 33}">${asText(below.join(" · "))}</text>`,
  ].join("\n");
}

function tailnet({ reach, hosts }: Picture, y: number): string {
  const who =
    reach === undefined
      ? "its policy is not understood"
      : `${new Set(reach.flatMap(({ from }) => from)).size} sources may reach ${reach.filter(({ from }) => from.length > 0).length} ports`;
  return box(0, y, WIDTH, TAILNET - 8, "tailnet", `the tailnet joins ${hosts.length} hosts`, who);
}

function box(
  x: number,
  y: number,
  width: number,
  height: number,
  kind: string,
  name: string,
  below = "",
): string {
  const middle = x + width / 2;
  return [
    `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>`,
    `<text class="box-name" x="${middle}" y="${y + (below === "" ? height / 2 + 5 : 24)}">${asText(name)}</text>`,
    below === "" ? "" : `<text class="small middle" x="${middle}" y="${y + 44}">${asText(below)}</text>`,
  ].join("\n");
}

const line = (x1: number, y1: number, x2: number, y2: number, kind: string) =>
  `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
