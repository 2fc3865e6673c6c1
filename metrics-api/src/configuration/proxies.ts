import { BlockList, isIP } from "node:net";

/** Parses `TRUSTED_PROXIES`, a comma list of CIDRs or single addresses, into a set to look addresses up in. */
export function parseProxies(text: string): BlockList {
  const proxies = new BlockList();
  for (const entry of text.split(",").map((part) => part.trim())) addRange(proxies, entry);
  return proxies;
}

function addRange(proxies: BlockList, entry: string): void {
  const [address = "", prefixText, ...rest] = entry.split("/");
  const version = isIP(address);
  const widest = version === 6 ? 128 : 32;
  const prefix = prefixText === undefined ? widest : Number(prefixText);
  const wellFormed = rest.length === 0 && /^\d+$/.test(prefixText ?? "0") && prefix <= widest;
  if (version === 0 || !wellFormed) {
    throw new Error(`"${entry}" is no network; write it like 172.30.0.0/24 or fd7a::/48`);
  }
  if (prefix === 0) throw new Error(`"${entry}" would believe everyone; name the bridge's subnet alone`);
  proxies.addSubnet(address, prefix, version === 6 ? "ipv6" : "ipv4");
}
