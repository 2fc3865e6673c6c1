import type { Sampler } from "./host/sampler.ts";
import { jsonAnswer } from "./http/answers.ts";
import type { Route } from "./http/handler.ts";

export type RouteParts = { sampler: Sampler };

/** Every path that the service answers. */
export function createRoutes({ sampler }: RouteParts): Map<string, Route> {
  const healthy = jsonAnswer(Buffer.from('{"ok":true}'));
  return new Map<string, Route>([
    ["/api/health", { ready: () => healthy, answer: async () => healthy }],
    [
      "/api/metrics",
      {
        ready: () => {
          const sample = sampler.fresh();
          return sample && jsonAnswer(sample.json);
        },
        answer: async () => jsonAnswer((await sampler.take()).json),
      },
    ],
  ]);
}
