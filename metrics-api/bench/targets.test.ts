import { expect, test } from "vitest";
import { checkTargets, type Figures, medianTurn } from "./targets.ts";
import type { Turn } from "./turn.ts";

const turn = (changes: Partial<Turn> = {}): Turn => ({
  requestsPerSecond: 600,
  p50: 70,
  p99: 150,
  cpuSecondsPer10k: 12,
  idle: { total: 50, anonymous: 33, program: 0 },
  loaded: { total: 55, anonymous: 38, program: 0 },
  startMs: 400,
  ...changes,
});
const figures = (changes: Partial<Figures> = {}): Figures => ({
  ...turn(),
  name: "",
  idleCpuSeconds: 0.02,
  ...changes,
});

const plain = figures();
const sharing = figures({ requestsPerSecond: 5_000 });
/** Exactly on every limit. */
const ours = figures({
  requestsPerSecond: 20_000,
  p99: 10,
  idle: { total: 60, anonymous: 33, program: 40 },
  loaded: { total: 80, anonymous: 57, program: 40 },
  idleCpuSeconds: 0.1,
  startMs: 500,
});

test("on every limit every target passes", () => {
  const targets = checkTargets(ours, plain, sharing);
  expect(targets).toHaveLength(7);
  expect(targets.filter(({ pass }) => !pass)).toEqual([]);
});

test.each<[what: string, changes: Partial<Figures>]>([
  ["requests/s ÷ the plain one's", { requestsPerSecond: 17_999 }],
  ["requests/s ÷ the sharing one's", { requestsPerSecond: 19_999 }],
  ["p99, to a fifteenth of the plain one's", { p99: 10.1 }],
  ["anonymous memory idle ÷ theirs", { idle: { total: 60, anonymous: 33.1, program: 40 } }],
  ["anonymous memory under load ÷ theirs", { loaded: { total: 80, anonymous: 57.1, program: 40 } }],
  ["idle CPU", { idleCpuSeconds: 0.11 }],
  ["start to first answer", { startMs: 501 }],
])("%s is missed just beyond its limit", (what, changes) => {
  const targets = checkTargets({ ...ours, ...changes }, plain, sharing);
  expect(targets.filter(({ pass }) => !pass).map((target) => target.what)).toContain(what);
});

test("a figure that could not be measured is a miss, not a pass", () => {
  const targets = checkTargets({ ...ours, idleCpuSeconds: Number.NaN }, plain, sharing);
  expect(targets.find(({ what }) => what === "idle CPU")?.pass).toBe(false);
});

test("the median is taken figure by figure", () => {
  const turns = [
    turn({ p99: 9, startMs: 300 }),
    turn({ p99: 900, startMs: 310 }),
    turn({ p99: 10, startMs: 900 }),
  ];
  expect(medianTurn(turns)).toMatchObject({ p99: 10, startMs: 310 });
  expect(medianTurn(turns.slice(0, 2))).toMatchObject({ p99: 454.5, startMs: 305 });
});
