/**
 * What a host is asked while an `up` runs, as a script for its `sh -s`. One program in a line and nothing clever: the
 * rehearsal's hosts answer these lines, and no others.
 */
export const lookScript = [
  "echo '# containers'",
  // Status has said since the first Docker what State says only since 20.10.
  "docker ps --all --format '{{.Names}}|{{.Status}}' || exit",
  "echo '# disk'",
  // Docker 29 keeps images below /var/lib/containerd. A folder that is not there is no reason to stop.
  `df -Pk "$(docker info --format '{{.DockerRootDir}}')" /var/lib/containerd 2>/dev/null || :`,
  "echo '# memory'",
  "cat /proc/meminfo 2>/dev/null || :",
  "",
].join("\n");

/** Starts containers one after the other; a refusal does not keep the next from starting, and is part of the answer. */
export function startScript(containers: readonly string[]): string {
  return `docker start ${containers.join(" ")} 2>&1 || :\n`;
}
