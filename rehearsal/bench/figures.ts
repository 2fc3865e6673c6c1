/** One line of the report: what, how much, and whether the target is met. */
export function figure(what: string, value: number, unit: string, target?: number): void {
  const shown = `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ${unit}`;
  const verdict =
    target === undefined ? "" : `  target ≤ ${target} ${unit}: ${value <= target ? "met" : "MISSED"}`;
  console.log(`  ${what.padEnd(52)} ${shown.padStart(10)}${verdict}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
