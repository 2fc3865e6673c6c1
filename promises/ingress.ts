import type { ObservedTunnel } from "./observed.ts";

/** Container and port that a request for the hostname is sent to, or what is wrong with the rule. */
export function routeOf(
  hostname: string,
  container: string,
  { ingress, name }: ObservedTunnel,
): { readonly port: number } | string {
  for (const rule of ingress) {
    if (!matches(rule.hostname, hostname)) continue;
    const shown = `${hostname}: the first matching ingress rule of tunnel ${name} is ${rule.hostname ?? "the catch-all"}`;
    if (rule.hostname === undefined) return `${shown}, expected a rule to ${container}`;
    if (rule.path !== undefined) return `${shown} for the path ${rule.path} only, expected every path`;
    const origin = /^http:\/\/([^/:]+)(?::(\d+))?$/.exec(rule.service);
    const port = Number(origin?.[2] ?? 80);
    if (origin?.[1] === container) return { port };
    return `${shown} → ${rule.service}, expected http://${container}:<port>`;
  }
  return `${hostname}: tunnel ${name} has no ingress rule for it, expected one to ${container}`;
}

/** As cloudflared compares: no name matches all, `*.` any name that ends so, but not the bare domain. */
function matches(pattern: string | undefined, hostname: string): boolean {
  if (pattern === undefined || pattern === "" || pattern === "*") return true;
  const rule = pattern.toLowerCase();
  return rule === hostname || (rule.startsWith("*.") && hostname.endsWith(rule.slice(1)));
}
