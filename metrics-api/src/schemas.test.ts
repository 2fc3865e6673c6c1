import { expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type * as schemas from "./schemas.ts";
import type { Activity, Health, HostMetrics, Hosts, Problem, Weather } from "./types.ts";

/**
 * Checked by the compiler: the public types and the schemas of the OpenAPI document are the same. Only the optional
 * property of Problem differs in spelling (`?:` and `| undefined`), so that one is compared part by part.
 */
test("the schemas have the shapes of the public types", () => {
  expectTypeOf<z.infer<typeof schemas.health>>().toEqualTypeOf<Health>();
  expectTypeOf<z.infer<typeof schemas.hostMetrics>>().toEqualTypeOf<HostMetrics>();
  expectTypeOf<z.infer<typeof schemas.hosts>>().toEqualTypeOf<Hosts>();
  expectTypeOf<z.infer<typeof schemas.weather>>().toEqualTypeOf<Weather>();
  expectTypeOf<z.infer<typeof schemas.activity>>().toEqualTypeOf<Activity>();
  type ProblemSchema = z.infer<typeof schemas.problem>;
  expectTypeOf<Omit<ProblemSchema, "upstream">>().toEqualTypeOf<Omit<Problem, "upstream">>();
  expectTypeOf<NonNullable<ProblemSchema["upstream"]>>().toEqualTypeOf<NonNullable<Problem["upstream"]>>();
});
