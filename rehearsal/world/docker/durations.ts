const NANOSECONDS: Record<string, number> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };

/** Nanoseconds of a Go duration such as "1m30s"; 0 for an empty or malformed one, as the provider takes it. */
function nanoseconds(duration: string): number {
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(duration)) return 0;
  const parts = duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g);
  return [...parts].reduce(
    (sum, [, amount = "0", unit = ""]) => sum + Number(amount) * (NANOSECONDS[unit] ?? 0),
    0,
  );
}

/** How Go writes a duration, and so how a read answers it: 60 s is "1m0s", whatever the program wrote. */
export function canonicalDuration(duration: string): string {
  const total = nanoseconds(duration);
  if (total === 0) return "0s";
  if (total < 1e9) return `${total / 1e6}ms`;
  const hours = Math.floor(total / 3.6e12);
  const minutes = Math.floor((total % 3.6e12) / 6e10);
  const seconds = (total % 6e10) / 1e9;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
