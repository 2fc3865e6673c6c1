import { isIP } from "node:net";

/** One address the service listens on. */
export type ListenAddress = { address: string; port: number };

/** The addresses that mean "every interface", in the one spelling that a URL gives each of them. */
const everyInterface = new Set(["0.0.0.0", "[::]", "[::ffff:0:0]"]);

/**
 * Parses `LISTEN`: a comma list of `address:port`, IPv6 in brackets. Throws with the remedy.
 * A host name is refused because it may resolve to a public address; so is "every interface".
 */
export function parseListen(text: string): ListenAddress[] {
  const addresses = text.split(",").map((entry) => parseListenAddress(entry.trim()));
  const names = addresses.map(({ address, port }) => `${address} ${port}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`names ${twice.replace(" ", " port ")} twice; name it once`);
  return addresses;
}

function parseListenAddress(entry: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(entry);
  const address = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3]);
  if (isIP(address) === 0 || port < 1 || port > 65535) {
    throw new Error(
      `"${entry}" is not address:port; write an IP address and a port, like 172.30.0.1:8000 or [fd7a::1]:8000`,
    );
  }
  if (isEveryInterface(address)) {
    throw new Error(
      `"${entry}" would listen on every interface of the host; name the bridge's gateway or the tailnet address`,
    );
  }
  return { address, port };
}

function isEveryInterface(address: string): boolean {
  const [plain = ""] = address.split("%");
  const { hostname } = new URL(isIP(plain) === 6 ? `http://[${plain}]` : `http://${plain}`);
  return everyInterface.has(hostname);
}
