import { parse } from "yaml";
import { loadedAtBoot } from "../nftables.ts";

/** What the first boot of a server makes of its user data. */
export interface FirstBoot {
  /** Why cloud-init ignores all of it; "" when it does not. */
  problem: string;
  /** The key that `tailscale up` gets, directly or from a file that was written before; "" without one. */
  authKey: string;
  hostname: string;
  /** Whether Tailscale's own SSH server takes over port 22 of the tailnet address. */
  tailscaleSsh: boolean;
  hasDocker: boolean;
  swapMiB: number;
  /** Whether it puts an SSH key in place, besides those that Hetzner does. */
  authorizesKeys: boolean;
  /** What a ruleset that it loads keeps from foreign interfaces. */
  guarded: string[];
}

interface CloudConfig {
  hostname: string;
  packages: string[];
  commands: string[];
  files: Map<string, string>;
}

const UNIT_MIB: Record<string, number> = { K: 1 / 1024, M: 1, G: 1024, B: 1 / 1024 / 1024 };

/** MiB of swap that a cloud-init text makes: cloud-init's `swap:` section, or fallocate, truncate or dd of a file. */
function swapIn(userData: string): number {
  const patterns = [
    /fallocate\s+-l\s*(\d+)\s*([KMG])?/i,
    /truncate\s+-s\s*(\d+)\s*([KMG])?/i,
    /swap:[\s\S]{0,120}?size:\s*"?(\d+)\s*([KMGB])?/i,
  ];
  for (const pattern of patterns) {
    const match = pattern.exec(userData);
    if (match) return Math.round(Number(match[1]) * (UNIT_MIB[(match[2] ?? "B").toUpperCase()] ?? 0));
  }
  const dd = /dd\s.*bs=(\d+)([KMG]).*count=(\d+)/i.exec(userData);
  return dd ? Math.round(Number(dd[1]) * Number(dd[3]) * (UNIT_MIB[(dd[2] ?? "M").toUpperCase()] ?? 0)) : 0;
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** cloud-init runs a text with the shell and a list as it is. */
function commandsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((command: unknown) => (Array.isArray(command) ? command.join(" ") : String(command)));
}

function filesOf(value: unknown): Map<string, string> {
  const files = Array.isArray(value) ? value : [];
  return new Map(
    files.map((file: unknown) => {
      const parts = new Map(entries(file));
      return [String(parts.get("path")), String(parts.get("content"))];
    }),
  );
}

function read(userData: string): CloudConfig | { problem: string } {
  const nothing = { hostname: "", packages: [], commands: [], files: new Map<string, string>() };
  if (userData.trim() === "") return nothing;
  if (userData.startsWith("#!")) return { ...nothing, commands: [userData] };
  if (!userData.startsWith("#cloud-config")) {
    return {
      problem: 'cloud-init ignores the user data: it begins neither with "#cloud-config" nor with "#!"',
    };
  }
  try {
    const document = new Map(entries(parse(userData)));
    return {
      hostname: String(document.get("hostname") ?? ""),
      packages: commandsOf(document.get("packages")),
      commands: [...commandsOf(document.get("bootcmd")), ...commandsOf(document.get("runcmd"))],
      files: filesOf(document.get("write_files")),
    };
  } catch (error) {
    return {
      problem: `cloud-init cannot read the user data: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** The key of a `tailscale up --auth-key=KEY` or `--auth-key=file:PATH` among the commands. */
function keyOf(up: string, files: Map<string, string>): string {
  const given = /--auth-?key[= ]['"]?([^\s'"]+)/.exec(up)?.[1] ?? "";
  const content = given.startsWith("file:") ? (files.get(given.slice("file:".length)) ?? "") : given;
  return /tskey-auth-[A-Za-z0-9-]+/.exec(content)?.[0] ?? "";
}

/** @param name the server's name, which is its host name unless the user data says otherwise. */
export function readUserData(userData: string, name: string): FirstBoot {
  const config = read(userData);
  if ("problem" in config) {
    return {
      problem: config.problem,
      authKey: "",
      hostname: name,
      tailscaleSsh: false,
      hasDocker: false,
      swapMiB: 0,
      authorizesKeys: false,
      guarded: [],
    };
  }
  const up = config.commands.find((command) => /\btailscale\s+(up|login)\b/.test(command)) ?? "";
  const line = up.split("\n").find((one) => /\btailscale\s+(up|login)\b/.test(one)) ?? "";
  return {
    problem: "",
    authKey: keyOf(line, config.files),
    hostname: /--hostname[= ]['"]?([A-Za-z0-9-]+)/.exec(line)?.[1] ?? (config.hostname || name),
    tailscaleSsh: /\s--ssh(\s|=true|$)/.test(line),
    hasDocker: /docker\.io|docker-ce|get\.docker\.com|moby-engine/.test(userData),
    swapMiB: swapIn(userData),
    authorizesKeys: /ssh_authorized_keys|authorized_keys/.test(userData),
    guarded: config.packages.includes("nftables") ? loadedAtBoot(config.files, config.commands) : [],
  };
}
