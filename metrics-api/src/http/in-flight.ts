/** Counts the requests that wait for something, in all and per client. */
export type InFlight = {
  /** Admits a request, or says which limit refuses it. An admitted one must `leave`. */
  enter(client: string): "admitted" | "too many in all" | "too many from this client";
  leave(client: string): void;
};

export function createInFlight(limit: number, limitPerClient: number): InFlight {
  const perClient = new Map<string, number>();
  let total = 0;
  return {
    enter(client) {
      const own = perClient.get(client) ?? 0;
      if (own >= limitPerClient) return "too many from this client";
      if (total >= limit) return "too many in all";
      total += 1;
      perClient.set(client, own + 1);
      return "admitted";
    },
    leave(client) {
      const own = perClient.get(client) ?? 0;
      total -= 1;
      // Deleted at zero: the map must not grow with every address that ever asked.
      if (own <= 1) perClient.delete(client);
      else perClient.set(client, own - 1);
    },
  };
}
