/** What a host said of itself. */
export interface HostSeen {
  /** Status by name, in Docker's words: `Up 3 minutes (healthy)`, `Exited (137) 2 hours ago`. */
  readonly containers: ReadonlyMap<string, string>;
  /** The fullest of the file systems that Docker writes to; undefined where none could be seen. */
  readonly disk: { readonly folder: string; readonly freeMiB: number } | undefined;
  /** Undefined where the host does not say. */
  readonly memory: { readonly ramMiB: number; readonly swapMiB: number } | undefined;
}

/** Reads the answer to `lookScript`. */
export function readLook(answer: string): HostSeen {
  const parts = new Map(
    answer.split(/^# /m).map((part) => {
      const [name = "", ...lines] = part.split("\n");
      return [name, lines.filter((line) => line !== "")] as const;
    }),
  );
  return {
    containers: containersIn(parts.get("containers") ?? []),
    disk: diskIn(parts.get("disk") ?? []),
    memory: memoryIn(parts.get("memory") ?? []),
  };
}

function containersIn(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const [name = "", status = ""] = line.split("|");
      return [name, status];
    }),
  );
}

/** A line of `df -P`: file system, 1024-blocks, used, available, capacity, and where it is mounted. */
function diskIn(lines: readonly string[]): HostSeen["disk"] {
  const systems = lines.flatMap((line) => {
    const [, available, folder] = /\s\d+\s+\d+\s+(-?\d+)\s+\S+\s+(\/.*)$/.exec(line) ?? [];
    return available === undefined || folder === undefined
      ? []
      : [{ folder, freeMiB: Math.floor(Number(available) / 1024) }];
  });
  return systems.sort((a, b) => a.freeMiB - b.freeMiB)[0];
}

function memoryIn(lines: readonly string[]): HostSeen["memory"] {
  const mebibytes = (name: string) => {
    const line = lines.find((one) => one.startsWith(`${name}:`));
    return line === undefined ? undefined : Math.floor(Number(/\d+/.exec(line)?.[0]) / 1024);
  };
  const [ramMiB, swapMiB] = [mebibytes("MemAvailable"), mebibytes("SwapFree")];
  return ramMiB === undefined || swapMiB === undefined ? undefined : { ramMiB, swapMiB };
}
