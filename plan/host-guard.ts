import { type Text, text } from "../catalogue/text.ts";

/**
 * The guard of a host: what comes for its tailnet address or its bridge over another interface is dropped.
 *
 * Linux takes a packet for any of its addresses on any of its interfaces, and Docker's DNAT matches the address alone.
 * A neighbour in a machine's LAN who adds a route to its tailnet address reached every port published there, past the
 * tailnet's policy. Tailscale does not stop that: its `ts-input` (util/linuxfw of 1.104.7) drops what comes FROM its
 * range over another interface, and a neighbour comes from the LAN's. Docker before 28 drops nothing; later ones (moby
 * b985e23, with either firewall back end) drop what comes for a container's own address, and neither what comes for the
 * published one nor for the bridge's gateway. So the guard stands before all of them: in the hook prerouting at priority
 * raw, where no address is rewritten yet. DOCKER-USER sees forwarded packets only, and those after the DNAT.
 */
export interface GuardFile {
  readonly path: string;
  /** Without the line break at its end. */
  readonly content: Text;
}

/** Tailscale's default, and its only one that we know: without an interface (userspace networking) nothing is published. */
export const tailnetInterface = "tailscale0";

export const guardUnit = "kitestacks-host-guard.service";

const rulesFile = "/etc/kitestacks/host-guard.nft";

export interface GuardedAddresses {
  /** Undefined: not known yet, at the first boot of a VPS. */
  readonly address: Text | undefined;
  /** The bridge `kitestacks` with its gateway. */
  readonly subnet: string;
}

/** First the rules, then what loads them at every boot, then what brings them back when somebody flushes all rules. */
export function guardFiles(addresses: GuardedAddresses) {
  return {
    rules: { path: rulesFile, content: rules(addresses) },
    unit: { path: `/etc/systemd/system/${guardUnit}`, content: unit },
    afterFlush: {
      path: "/etc/systemd/system/nftables.service.d/kitestacks-host-guard.conf",
      content: afterFlush,
    },
  } satisfies Record<string, GuardFile>;
}

/**
 * The table is taken away and made anew in one transaction: no packet meets a moment without it. Interfaces are
 * matched by name, so that it loads before they are there.
 *
 * Our bridge is told by its subnet: what has a source in it, and comes in where the way back to that source leads.
 * The name would be `br-` and the network's id, which is another one after every replacement, and `br-*` would let in
 * the LAN of a machine whose own bridge is called br-lan.
 */
function rules({ address, subnet }: GuardedAddresses): Text {
  return text`# KiteStacks: what comes for the tailnet address or the bridge over another interface is dropped.
# docs/operating.md, "What a neighbour in the LAN reaches". Rewritten by \`pulumi up\`.
table inet kitestacks
delete table inet kitestacks
table inet kitestacks {
  chain prerouting {
    type filter hook prerouting priority raw; policy accept;
    iifname { "lo", "${tailnetInterface}", "docker0" } accept
    ip saddr ${subnet} fib saddr . iif oif exists accept
    ${tailnet(address)} counter drop
    ip6 daddr fd7a:115c:a1e0::/48 fib daddr type local counter drop
    ip daddr ${subnet} counter drop
  }
}`;
}

/**
 * The one address, wherever it is known: a provider may number its customers out of the same range (RFC 6598), and a
 * machine behind one would lose the answers to all that it asks. A new VPS has a public address, and learns its
 * tailnet address only after its first boot.
 */
function tailnet(address: Text | undefined): Text {
  return address === undefined ? "ip daddr 100.64.0.0/10 fib daddr type local" : text`ip daddr ${address}`;
}

/** As nftables.service of Debian, and after it: that one begins with `flush ruleset`. Stopping it leaves the table. */
const unit = `[Unit]
Description=KiteStacks: tailnet and bridge addresses answer on no other interface
DefaultDependencies=no
Wants=network-pre.target
After=nftables.service
Before=network-pre.target tailscaled.service docker.service shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=nft -f ${rulesFile}
ExecReload=nft -f ${rulesFile}

[Install]
WantedBy=sysinit.target`;

/** Starting, reloading and stopping nftables.service each flush every table, whoever made it. */
const afterFlush = `[Service]
ExecStartPost=-nft -f ${rulesFile}
ExecReload=-nft -f ${rulesFile}
ExecStopPost=-nft -f ${rulesFile}`;
