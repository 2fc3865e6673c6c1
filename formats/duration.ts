/** Go's units, in nanoseconds; the two signs of micro are different characters. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

/** Longer units first: `ms` was once read as minutes, and 500ms as 500 of them. */
const part = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/;
const whole = new RegExp(`^[-+]?(0|(${part.source})+)$`);

/** Of a duration as Go's time.ParseDuration takes it, such as "1m30s" or "500ms"; undefined where Go refuses it. */
function nanoseconds(duration: string): number | undefined {
  if (!whole.test(duration)) return undefined;
  const sum = [...duration.matchAll(new RegExp(part, "g"))].reduce(
    (total, [, amount = "0", unit = ""]) => total + Number(amount) * (units[unit] ?? 0),
    0,
  );
  return Math.trunc(duration.startsWith("-") ? -sum : sum);
}

/** @throws where Go would refuse the duration, too */
export function secondsOf(duration: string): number {
  const found = nanoseconds(duration);
  if (found === undefined)
    throw new Error(`${JSON.stringify(duration)} is no duration; write one like 1m30s or 500ms`);
  return found / 1e9;
}

/** How Go writes a duration, and so how Docker answers it: 60 s is "1m0s". What Go refuses counts as none. */
export function canonicalDuration(duration: string): string {
  const total = nanoseconds(duration) ?? 0;
  if (total === 0) return "0s";
  const [sign, rest] = total < 0 ? ["-", -total] : ["", total];
  if (rest < 1e3) return `${sign}${rest}ns`;
  if (rest < 1e6) return `${sign}${rest / 1e3}\u00b5s`;
  if (rest < 1e9) return `${sign}${rest / 1e6}ms`;
  const hours = Math.floor(rest / 3.6e12);
  const minutes = Math.floor((rest % 3.6e12) / 6e10);
  const seconds = (rest % 6e10) / 1e9;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return `${sign}${minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}
