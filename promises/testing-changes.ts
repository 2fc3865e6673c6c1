import { expect } from "vitest";
import { judge } from "./all.ts";
import type { Observed, ObservedContainer, PromiseId, Verdict } from "./observed.ts";
import { goodObserved } from "./testing.ts";
import { container } from "./testing-hosts.ts";

type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;
export type MutableObserved = Mutable<Observed>;
export type MutableContainer = Mutable<ObservedContainer>;
export type Change = (observed: MutableObserved) => void;

export function changed(change: Change): Observed {
  const observed = structuredClone(goodObserved()) as MutableObserved;
  change(observed);
  return observed;
}

/** For changes: the host, or an error that names it. */
export function hostIn(observed: MutableObserved, name: string): MutableObserved["hosts"][number] {
  return found(observed.hosts, name, (host) => host.name);
}

/** Adds a container to the good example; its service is declared, so that only what is asked about breaks. */
export function add(
  observed: MutableObserved,
  host: string,
  name: string,
  differences: Partial<ObservedContainer>,
): void {
  hostIn(observed, host).containers.push(structuredClone(container(name, differences)) as MutableContainer);
  observed.settings.placements.push({
    service: name,
    containers: [name],
    placement: "per-host",
    writable: false,
    public: false,
  });
}

export function containerIn(observed: MutableObserved, host: string, name: string): MutableContainer {
  return found(hostIn(observed, host).containers, name, (candidate) => candidate.name);
}

/** The item of that name, or an error: a test must not change nothing by a wrong name. */
function found<T>(items: readonly T[], name: string, nameOf: (item: T) => string): T {
  const item = items.find((candidate) => nameOf(candidate) === name);
  if (item === undefined) throw new Error(`the good example has no ${name}`);
  return item;
}

export function verdictOf(id: PromiseId, observed: Observed): Verdict {
  return found(judge(observed), id, (verdict) => verdict.id);
}

/** Exactly these promises are broken by the change, all others stay proved, and the first says so in these words. */
export function expectBroken(change: Change, ids: PromiseId | readonly PromiseId[], evidence: string): void {
  const expected = typeof ids === "string" ? [ids] : ids;
  const verdicts = judge(changed(change));
  const others = verdicts.filter(({ id }) => !expected.includes(id));
  expect(others.filter(({ verdict }) => verdict !== "proved")).toEqual([]);
  const broken = verdicts.filter(({ verdict }) => verdict === "broken");
  expect(broken.map(({ id }) => id)).toEqual(expected);
  expect(broken[0]?.evidence).toContain(evidence);
}

/** The promise can neither be proved nor called broken after the change, for this reason. */
export function expectNotChecked(change: Change, id: PromiseId, reason: string): void {
  const { verdict, evidence } = verdictOf(id, changed(change));
  expect(verdict).toBe("not checked");
  expect(evidence).toContain(reason);
}
