import type { IncomingMessage } from "node:http";
import { type BlockList, isIP } from "node:net";

/**
 * Who asks. Behind a trusted proxy (nginx on the bridge) it is the address that the proxy passes on: X-Real-IP, or
 * the last address of X-Forwarded-For that is no trusted proxy itself. From anyone else those headers are a claim
 * that could dodge the limit per client, and are not read.
 */
export function clientOf(request: IncomingMessage, trusted: BlockList | undefined): string {
  const peer = plain(request.socket.remoteAddress ?? "unknown");
  if (trusted === undefined || !isTrusted(peer, trusted)) return peer;
  const real = request.headers["x-real-ip"];
  if (typeof real === "string" && isIP(real) !== 0) return plain(real);
  const forwarded = request.headers["x-forwarded-for"];
  if (typeof forwarded !== "string") return peer;
  const chain = forwarded.split(",").map((address) => address.trim());
  const client = chain.findLast((address) => isIP(address) === 0 || !isTrusted(plain(address), trusted));
  return client !== undefined && isIP(client) !== 0 ? plain(client) : peer;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  const version = isIP(address);
  return version !== 0 && trusted.check(address, version === 6 ? "ipv6" : "ipv4");
}

/** An IPv4 address that came over an IPv6 socket, without its prefix. */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}
