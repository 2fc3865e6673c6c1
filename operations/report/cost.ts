import type { ServerSeen } from "./system.ts";

/** Monthly price of a server type in a location; undefined when it is not to be had there. */
export type PriceList = (server: ServerSeen) => Promise<Price | undefined>;

export interface Price {
  /** Gross, per month. */
  readonly amount: number;
  readonly currency: string;
}

export type CostChange =
  | { readonly kind: "no server" }
  | { readonly kind: "not readable"; readonly why: string }
  | { readonly kind: "removed"; readonly before: Price | undefined }
  | { readonly kind: "known"; readonly before: Price | undefined; readonly after: Price | undefined };

/** What the VPS costs before and after. A price list that does not answer is said, never guessed. */
export async function costChange(
  before: ServerSeen | undefined,
  after: ServerSeen | undefined,
  prices: PriceList | undefined,
): Promise<CostChange> {
  if (before === undefined && after === undefined) return { kind: "no server" };
  if (prices === undefined) return { kind: "not readable", why: "no Hetzner token was given" };
  try {
    const [old, now] = await Promise.all([before, after].map((server) => server && prices(server)));
    return after === undefined
      ? { kind: "removed", before: old }
      : { kind: "known", before: old, after: now };
  } catch (error) {
    return { kind: "not readable", why: error instanceof Error ? error.message : String(error) };
  }
}
