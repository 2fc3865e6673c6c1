/** Another host's metrics API. */
export type Peer = { name: string; url: string };

const hostName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Parses an http(s) base address and returns it without a trailing slash. Throws with the remedy. */
export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new Error(`"${text}" is no http address; write it like http://100.64.0.1:3000`);
  }
  if (url.username !== "" || url.password !== "") {
    // Not quoted: the value holds a password.
    throw new Error("carries a user name or password; leave it out, addresses appear in logs");
  }
  if (url.search !== "" || url.hash !== "")
    throw new Error(`"${text}" has a query or fragment; give the base address alone`);
  return url.href.replace(/\/+$/, "");
}

/** Parses a host's name as it appears in the answers. Throws with the remedy. */
export function parseHostName(text: string): string {
  if (!hostName.test(text))
    throw new Error(`"${text}" is no host name; use letters, digits and hyphens, at most 63`);
  return text;
}

/** Parses `PEERS`: a comma list of `name=http://address:port`. Throws with the remedy. */
export function parsePeers(text: string): Peer[] {
  const peers = text.split(",").map((entry) => {
    const [name, ...rest] = entry.trim().split("=");
    if (name === undefined || rest.length === 0) {
      throw new Error(`"${entry.trim()}" is not name=address; write it like cloud=http://100.64.0.2:8000`);
    }
    return { name: parseHostName(name), url: parseBaseUrl(rest.join("=")) };
  });
  const names = peers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`names the peer "${twice}" twice; name every peer once`);
  return peers;
}
