import type { Turn } from "./turn.ts";

/** A contender's figures over all rounds: the median of each. */
export type Figures = Turn & { name: string; idleCpuSeconds: number };

export type Target = { what: string; measured: string; limit: string; pass: boolean };

/** The median, figure by figure: one bad turn on a busy machine decides nothing. */
export function medianTurn(turns: Turn[]): Turn {
  const of = (read: (turn: Turn) => number) => median(turns.map(read));
  const memory = (read: (turn: Turn) => Turn["idle"]) => ({
    total: of((turn) => read(turn).total),
    anonymous: of((turn) => read(turn).anonymous),
    program: of((turn) => read(turn).program),
  });
  return {
    requestsPerSecond: of((turn) => turn.requestsPerSecond),
    p50: of((turn) => turn.p50),
    p99: of((turn) => turn.p99),
    cpuSecondsPer10k: of((turn) => turn.cpuSecondsPer10k),
    idle: memory((turn) => turn.idle),
    loaded: memory((turn) => turn.loaded),
    startMs: of((turn) => turn.startMs),
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] = sorted.slice(
    sorted.length % 2 === 0 ? middle - 1 : middle,
    middle + 1,
  );
  return (low + high) / 2;
}

/** What our service must reach. Memory "theirs" is the plain service's, the one that is being replaced. */
export function checkTargets(ours: Figures, plain: Figures, sharing: Figures): Target[] {
  const atLeast = (what: string, value: number, limit: number, unit: string) =>
    target(what, value, limit, unit, "≥", value >= limit);
  const atMost = (what: string, value: number, limit: number, unit: string) =>
    target(what, value, limit, unit, "≤", value <= limit);
  return [
    atLeast("requests/s ÷ the plain one's", ours.requestsPerSecond / plain.requestsPerSecond, 30, "×"),
    atLeast("requests/s ÷ the sharing one's", ours.requestsPerSecond / sharing.requestsPerSecond, 4, "×"),
    atMost("p99, to a fifteenth of the plain one's", ours.p99, plain.p99 / 15, " ms"),
    atMost("anonymous memory idle ÷ theirs", ours.idle.anonymous / plain.idle.anonymous, 1, "×"),
    atMost("anonymous memory under load ÷ theirs", ours.loaded.anonymous / plain.loaded.anonymous, 1.5, "×"),
    atMost("idle CPU", ours.idleCpuSeconds, 0.1, " s"),
    atMost("start to first answer", ours.startMs / 1000, 0.5, " s"),
  ];
}

function target(
  what: string,
  value: number,
  limit: number,
  unit: string,
  sign: string,
  pass: boolean,
): Target {
  return { what, measured: `${value.toFixed(2)}${unit}`, limit: `${sign} ${limit.toFixed(2)}${unit}`, pass };
}
