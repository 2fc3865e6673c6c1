import { stringify } from "yaml";

export interface CloudInit {
  readonly hostname: string;
  /** One-time key; the machine joins with the tags of the key. */
  readonly joinKey: string;
  readonly swapMiB: number;
}

/**
 * First boot of the VPS: Docker, the tailnet, swap. Only ever read once, so later changes here do not touch a
 * running machine (the server ignores changes of its user data).
 */
export function cloudInit({ hostname, joinKey, swapMiB }: CloudInit): string {
  const document = {
    hostname,
    package_update: true,
    packages: ["ca-certificates", "curl", "docker.io"],
    swap: { filename: "/swapfile", size: `${swapMiB}M`, maxsize: `${swapMiB}M` },
    write_files: [
      { path: "/etc/sysctl.d/90-kitestacks.conf", content: sysctl },
      { path: "/etc/systemd/system/docker.service.d/after-tailscale.conf", content: dockerAfterTailscale },
      { path: keyFile, permissions: "0600", content: joinKey },
    ],
    runcmd: [
      ["sysctl", "--system"],
      ["sh", "-c", "curl -fsSL https://tailscale.com/install.sh | sh"],
      ["tailscale", "up", `--auth-key=file:${keyFile}`, `--hostname=${hostname}`],
      ["rm", "-f", keyFile],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "docker"],
    ],
  };
  return `#cloud-config\n${stringify(document)}`;
}

/** A file, not an argument: the key would otherwise stand in the process list and cloud-init's log. */
const keyFile = "/run/kitestacks-join-key";

/** Docker publishes on the tailnet address, which at boot may not be there yet. */
const sysctl = "net.ipv4.ip_nonlocal_bind = 1\nvm.swappiness = 60\nnet.core.rmem_max = 7500000\n";
const dockerAfterTailscale = "[Unit]\nAfter=tailscaled.service\nWants=tailscaled.service\n";
