import { stringify } from "yaml";
import { resolve } from "../catalogue/text.ts";
import { guardFiles, guardUnit } from "./host-guard.ts";

export interface CloudInit {
  readonly hostname: string;
  /** Its name on the tailnet. */
  readonly deviceName: string;
  /** One-time key; the machine joins with the tags of the key. */
  readonly joinKey: string;
  readonly swapMiB: number;
  /** Of the bridge that Docker will have. */
  readonly subnet: string;
}

/**
 * First boot of the VPS: the guard, Docker, the tailnet, swap. Only ever read once, so later changes here do not touch a
 * running machine (the server ignores changes of its user data).
 */
export function cloudInit({ hostname, deviceName, joinKey, swapMiB, subnet }: CloudInit): string {
  const document = {
    hostname,
    package_update: true,
    packages: ["ca-certificates", "curl", "docker.io", "nftables"],
    swap: { filename: "/swapfile", size: `${swapMiB}M`, maxsize: `${swapMiB}M` },
    write_files: [
      ...guard(subnet),
      { path: "/etc/sysctl.d/90-kitestacks.conf", content: sysctl },
      { path: "/etc/systemd/system/docker.service.d/after-tailscale.conf", content: dockerAfterTailscale },
      { path: keyFile, permissions: "0600", content: joinKey },
    ],
    runcmd: [
      ["sysctl", "--system"],
      ["systemctl", "daemon-reload"],
      // Before the machine has a tailnet address, and before anything listens there.
      ["systemctl", "enable", "--now", guardUnit],
      ["sh", "-c", "curl -fsSL https://tailscale.com/install.sh | sh"],
      ["tailscale", "up", `--auth-key=file:${keyFile}`, `--hostname=${deviceName}`],
      ["rm", "-f", keyFile],
      ["systemctl", "enable", "--now", "docker"],
    ],
  };
  return `#cloud-config\n${stringify(document, { lineWidth: 0 })}`;
}

/** The first `up` writes the same files again, with the address that the machine got. */
function guard(subnet: string) {
  return Object.values(guardFiles({ address: undefined, subnet })).map(({ path, content }) => ({
    path,
    content: `${resolve(content, ({ ref }) => {
      throw new Error(`${path} takes a reference (${ref}), and a first boot knows none.`);
    })}\n`,
  }));
}

/** A file, not an argument: the key would otherwise stand in the process list and cloud-init's log. */
const keyFile = "/run/kitestacks-join-key";

/** Docker publishes on the tailnet address, which at boot may not be there yet. */
const sysctl = "net.ipv4.ip_nonlocal_bind = 1\nvm.swappiness = 60\nnet.core.rmem_max = 7500000\n";
const dockerAfterTailscale = "[Unit]\nAfter=tailscaled.service\nWants=tailscaled.service\n";
