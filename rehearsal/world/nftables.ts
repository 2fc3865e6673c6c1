/** Interfaces on which only the host itself, its containers and its tailnet send. */
const OWN_INTERFACES = ["lo", "tailscale0", "docker0"];

/** A set, or one value: `{ "lo", "docker0" }`, `100.64.0.2`. */
function members(text: string): string[] {
  return text
    .replaceAll(/[{}"]/g, "")
    .split(",")
    .map((one) => one.trim());
}

/** What one rule of the chain drops; undefined for a rule that lets somebody else in, or that is not understood. */
function dropsOf(rule: string): string[] | undefined {
  const lets = /^iifname (\{.+\}|"\S+") accept$/.exec(rule);
  if (lets) return members(lets[1] ?? "").every((name) => OWN_INTERFACES.includes(name)) ? [] : undefined;
  // A source in the subnet that comes in where the way back to it leads: the bridge with that subnet.
  if (/^ip saddr \S+ fib saddr \. iif oif exists accept$/.test(rule)) return [];
  const drops = /^ip6? daddr (\{.+\}|\S+)( fib daddr type local)?( counter)? drop$/.exec(rule);
  return drops ? members(drops[1] ?? "") : undefined;
}

/** Addresses and subnets that a ruleset keeps from foreign interfaces before Docker rewrites them; none if it does not. */
export function droppedEarly(ruleset: string): string[] {
  const lines = ruleset.split("\n").map((line) => line.trim());
  const hook = lines.findIndex((line) => /^type filter hook prerouting priority (raw|-300);/.test(line));
  if (hook < 0) return [];
  const rules = lines.slice(hook + 1, lines.indexOf("}", hook));
  const drops = rules.map(dropsOf);
  return drops.includes(undefined) ? [] : drops.flatMap((one) => one ?? []);
}

/** A command that loads such a ruleset with `nft -f`. */
export function loadedBy(text: string): string[] | undefined {
  const drops = /\bnft -f\b/.test(text) ? droppedEarly(text) : [];
  return drops.length > 0 ? drops : undefined;
}

/** The files and commands of a first boot: a unit that is enabled and started loads a ruleset that was written. */
export function loadedAtBoot(files: ReadonlyMap<string, string>, commands: readonly string[]): string[] {
  return [...files].flatMap(([path, ruleset]) => {
    const unit = [...files].find(
      ([name, text]) => name.endsWith(".service") && text.includes(`ExecStart=nft -f ${path}\n`),
    );
    const name = unit?.[0].split("/").at(-1) ?? "";
    return name !== "" && commands.includes(`systemctl enable --now ${name}`) ? droppedEarly(ruleset) : [];
  });
}
