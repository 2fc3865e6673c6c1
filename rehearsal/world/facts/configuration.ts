import type { Listener, Need, Run } from "./types.ts";

/** Readers of what images take from their environment and command line. */

export function tcp(port: number, address = "0.0.0.0"): Listener {
  return { address, port, protocol: "tcp" };
}

/** The value of "--name value" or "--name=value". */
export function option(run: Run, name: string): string | undefined {
  const inline = run.command.find((word) => word.startsWith(`${name}=`));
  if (inline !== undefined) return inline.slice(name.length + 1);
  const at = run.command.indexOf(name);
  return at >= 0 ? run.command[at + 1] : undefined;
}

/** A number of the environment, else the default; "tcp://…" style values that Docker links set are no numbers. */
export function portOf(run: Run, variable: string, otherwise: number): number {
  const value = Number(run.env[variable]);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

/** "100.64.0.1:9100", ":9100" or "[::]:9100" as Go programs write them; an empty or wildcard host is every address. */
export function listenAddress(value: string): Listener | undefined {
  const at = value.lastIndexOf(":");
  const port = Number(value.slice(at + 1));
  if (at < 0 || !Number.isInteger(port) || port < 1) return undefined;
  const host = value.slice(0, at).replace(/^\[|\]$/g, "");
  const everywhere = host === "" || host === "::" || host === "0.0.0.0";
  return tcp(port, everywhere ? "0.0.0.0" : host);
}

/** A file that the command line names must be there. */
export function missingFile(run: Run, name: string, builtIn: string[] = []): string | undefined {
  const path = option(run, name);
  if (path === undefined || builtIn.includes(path)) return undefined;
  if (run.file(path) !== undefined || run.isMounted(path)) return undefined;
  return `${name} ${path}: no such file in the container`;
}

/** A value given directly, by a file that NAME_FILE names, or as "file://…" in authentik's way. */
export function settingOf(run: Run, variable: string): string {
  const direct = run.env[variable] ?? "";
  if (direct.startsWith("file://")) return (run.file(direct.slice("file://".length)) ?? "").trim();
  if (direct !== "") return direct;
  const path = run.env[`${variable}_FILE`] ?? run.env[`${variable}__FILE`];
  return path === undefined ? "" : (run.file(path) ?? "").trim();
}

/** A service at a URL inside the system; an address of the Internet is nobody's container. */
export function httpNeed(url: string | undefined): Need[] {
  const match = /^https?:\/\/([^/:\s]+)(?::(\d+))?/.exec(url ?? "");
  const [whole = "", host = "", port] = match ?? [];
  if (host === "" || (host.includes(".") && !/^[\d.]+$/.test(host))) return [];
  const otherwise = whole.startsWith("https") ? 443 : 80;
  return [
    {
      kind: "http",
      host,
      port: Number(port ?? otherwise),
      user: "",
      password: "",
      database: "",
      fatal: false,
    },
  ];
}
