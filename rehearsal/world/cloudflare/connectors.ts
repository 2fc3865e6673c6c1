import type { Container, WorldState } from "../state.ts";

interface TokenContent {
  account: string;
  tunnel: string;
  secret: string;
}

/** What a tunnel token holds, or undefined when the text is none. */
export function decodeToken(token: string): TokenContent | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, "base64").toString("utf8"));
    if (typeof content !== "object" || content === null) return undefined;
    const { a, t, s }: { a?: unknown; t?: unknown; s?: unknown } = content;
    if (typeof a !== "string" || typeof t !== "string" || typeof s !== "string") return undefined;
    return { account: a, tunnel: t, secret: s };
  } catch {
    return undefined;
  }
}

/** Why a token opens no tunnel, or undefined when it does. */
export function tokenProblem(state: WorldState, token: string): string | undefined {
  if (token === "") return "cloudflared has no TUNNEL_TOKEN";
  const content = decodeToken(token);
  if (!content) return "TUNNEL_TOKEN is not base64 of {a, t, s}: Provided Tunnel token is not valid";
  const tunnel = state.cloudflare.tunnels[content.tunnel];
  if (!tunnel) return `TUNNEL_TOKEN is for tunnel ${content.tunnel}, which does not exist`;
  if (tunnel.deletedAt !== "")
    return `TUNNEL_TOKEN is for tunnel ${tunnel.name}, which was deleted at ${tunnel.deletedAt}`;
  if (tunnel.accountId !== content.account)
    return `TUNNEL_TOKEN names account ${content.account}, the tunnel's is ${tunnel.accountId}`;
  if (tunnel.secret !== content.secret)
    return `TUNNEL_TOKEN does not carry the secret of tunnel ${tunnel.name}: Unauthorized`;
  return undefined;
}

/** TUNNEL_TOKEN, or what the file that TUNNEL_TOKEN_FILE names holds. */
export function tokenOf(container: Container): string {
  const path = container.env["TUNNEL_TOKEN_FILE"];
  const file = container.files.find((entry) => entry.path === path);
  return container.env["TUNNEL_TOKEN"] ?? file?.content.trim() ?? "";
}

/** Names of the machines whose connector runs with this tunnel's token, sorted. */
export function connectorsOf(state: WorldState, tunnelId: string): string[] {
  return Object.values(state.machines)
    .filter((machine) => !machine.away)
    .filter((machine) =>
      Object.values(machine.containers).some(
        (container) =>
          container.running &&
          /(^|\/)cloudflared(:|@|$)/.test(container.image) &&
          tokenProblem(state, tokenOf(container)) === undefined &&
          decodeToken(tokenOf(container))?.tunnel === tunnelId,
      ),
    )
    .map((machine) => machine.name)
    .sort();
}
