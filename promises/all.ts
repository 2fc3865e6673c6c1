import type { Observed, Verdict } from "./observed.ts";
import { reachable } from "./p1-reachable.ts";
import { nothingPublic } from "./p2-nothing-public.ts";
import { privateDatabases } from "./p3-private-databases.ts";
import { oneAuthentik } from "./p4-one-authentik.ts";
import { keptSecrets } from "./p5-secrets.ts";
import { signOn } from "./p6-sign-on.ts";
import { memoryFits } from "./p7-memory.ts";
import { settles } from "./p8-settles.ts";
import { declaredPlacement } from "./p9-placement.ts";
import { metricsEverywhere } from "./p10-metrics.ts";
import { closedDoors } from "./p14-closed-doors.ts";

/** All eleven promises in order, each judged from the same data; throws nothing, whatever the data. */
export function judge(observed: Observed): readonly Verdict[] {
  return [
    reachable,
    nothingPublic,
    privateDatabases,
    oneAuthentik,
    keptSecrets,
    signOn,
    memoryFits,
    settles,
    declaredPlacement,
    metricsEverywhere,
    closedDoors,
  ].map((promise) => promise(observed));
}
