import type { Properties, Value } from "../../provider/provider.ts";
import { list, record, text } from "../kit/values.ts";

/** Docker labels travel as a list of {label, value}. */
export function labelMap(labels: Value | undefined): Record<string, string> {
  const pairs = list(labels).map((entry) => [text(record(entry)["label"]), text(record(entry)["value"])]);
  return Object.fromEntries(pairs);
}

export function labelOutputs(labels: Record<string, string>): Properties[] {
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
