import { createHash } from "node:crypto";
import type { HostPicture, Picture, ServicePicture } from "./data.ts";
import { systemSvg } from "./svg.ts";
import { asText, gib } from "./text.ts";

/** Colours are those of the portal; every pair of text and ground is at least AA. */
const style = `
:root { color-scheme: light dark;
  --ground: light-dark(#f5f2fc, #0a0714); --panel: light-dark(#ffffff, #120c24); --edge: light-dark(#8b7bb8, #6d5aa8);
  --text: light-dark(#1c1233, #efeaff); --dim: light-dark(#594d7e, #ada3d4); --cyan: light-dark(#00637a, #35e4ff);
  --pink: light-dark(#a80f7d, #ff63dc); --good: light-dark(#2f6b00, #a8ff4f); --warn: light-dark(#8a4b00, #ffc04d);
  --bad: light-dark(#b3122f, #ff7084); }
body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 80rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
svg { width: 100%; height: auto; min-width: 44rem; } .wide { overflow-x: auto; }
svg text { fill: var(--text); font-size: 15px; } svg .small { font-size: 12px; fill: var(--dim); }
svg .box-name, svg .middle { text-anchor: middle; } svg .box-name, svg .host-name { font-weight: 600; }
svg .host-name { font-size: 18px; } svg .chip-name { font-size: 13px; font-weight: 600; }
svg rect { fill: var(--panel); stroke: var(--edge); } svg .internet, svg .edge { stroke: var(--pink); stroke-width: 2; }
svg .tailnet { stroke: var(--cyan); stroke-width: 2; } svg .way { fill: none; stroke: var(--pink); stroke-width: 3; }
svg .tailnet-line { stroke: var(--cyan); stroke-width: 3; } svg .public { stroke: var(--pink); }
svg .on-tailnet { stroke: var(--cyan); } svg .broken { stroke: var(--bad); stroke-width: 3; stroke-dasharray: 6 4; } svg .degraded { stroke: var(--warn); stroke-width: 3; }
svg .created { stroke: var(--good); stroke-width: 4; } svg .changed { stroke: var(--warn); stroke-width: 4; }
svg .removed { stroke: var(--bad); stroke-width: 4; stroke-dasharray: 3 4; } svg .bar { fill: var(--ground); }
svg .bar-limits { fill: var(--edge); } svg .bar-over { fill: var(--bad); } svg .bar-typical { fill: var(--cyan); }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--dim); }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid var(--edge); }
.proved { color: var(--good); } .broken { color: var(--bad); } .unchecked { color: var(--warn); } .dim { color: var(--dim); }
`;

/** Lets a server send the page with a content policy that allows this one style sheet and nothing else. */
export const picturePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** One page without anything from elsewhere, no script: the picture, and the same facts as text. */
export function picturePage(picture: Picture): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${asText(picture.title)}</title><style>${style}</style></head>`,
    "<body><main>",
    `<h1>${asText(picture.title)}</h1>`,
    `<p class="dim">${asText(picture.note)}</p>`,
    `<div class="wide" tabindex="0" role="group" aria-label="Picture of the system">${systemSvg(picture)}</div>`,
    '<p class="dim">Frames: pink is public, cyan is on the tailnet, the others only their own host\'s containers reach. Thick: green is new, yellow changes, red and dashed goes away or does not work.</p>',
    promises(picture),
    ...picture.hosts.map(host),
    reach(picture),
    "</main></body></html>",
    "",
  ].join("\n");
}

function promises({ verdicts }: Picture): string {
  if (verdicts.length === 0) return "";
  const rows = verdicts.map(({ id, verdict, statement, evidence }) => [
    asText(id),
    `<span class="${verdict === "not checked" ? "unchecked" : verdict}">${verdict}</span>`,
    `${asText(statement)}<br><span class="dim">${evidence.map(asText).join("<br>")}</span>`,
  ]);
  return `<h2>Promises</h2>${table("Every promise with its verdict and what was looked at", ["promise", "verdict", "what it says"], rows)}`;
}

function host({ name, isHub, reachable, connected, memory, services }: HostPicture): string {
  const rows = services.map((service) => [
    asText(service.name),
    service.mark ?? stateOf(service),
    service.hostnames.map(asText).join("<br>") || "–",
    `${service.ports.join(", ") || "–"}${service.shared ? " (for all hosts)" : ""}`,
    `${service.memoryMiB} MiB`,
  ]);
  const words = `${reachable ? "" : "Not reachable. "}Connector ${connected ? "running" : "not running"}. Memory: typical ${gib(memory.typical)}, limits ${gib(memory.limits)} of ${gib(memory.allowed)}.`;
  return `<h2>${asText(name)}${isHub ? " (hub)" : ""}</h2><p>${words}</p>${table(`Services of ${asText(name)}`, ["service", "state", "public names", "ports on the tailnet", "limit"], rows)}`;
}

function stateOf({ works, degraded }: ServicePicture): string {
  if (!works) return "does not work";
  return degraded.length === 0 ? "works" : `works, but ${degraded.map(asText).join("<br>and ")}`;
}

function reach({ reach: cells }: Picture): string {
  const title = "<h2>Who reaches what on the tailnet</h2>";
  if (cells === undefined) return `${title}<p>The policy is not understood, so nothing is said about it.</p>`;
  const rows = cells.map(({ host: name, port, from }) => [
    asText(name),
    String(port),
    from.map(asText).join(", ") || "nobody",
  ]);
  return title + table("Sources as the policy names them", ["host", "port", "from"], rows);
}

/** Cells are HTML already. */
function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    ([first = "", ...rest]) =>
      `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
  );
  return `<div class="wide" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}
