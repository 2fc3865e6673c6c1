import { type Provider, ProviderError } from "../../provider/provider.ts";
import type { Fault } from "../state.ts";

type Operation = Fault["operation"];

/** Counts a call against every injected fault that it matches, and tells which of them strikes. */
function strike(faults: Fault[], operation: Operation, type: string, urn: string): Fault | undefined {
  const matching = faults.filter(
    (fault) =>
      (fault.operation === "any" || fault.operation === operation) &&
      new RegExp(fault.type).test(type) &&
      new RegExp(fault.urn).test(urn),
  );
  for (const fault of matching) fault.seen += 1;
  return matching.find((fault) => fault.nth === 0 || fault.nth === fault.seen);
}

/**
 * A provider whose operations fail where a fault was injected: before they reach the cloud, or after the cloud did
 * what was asked but before the engine heard of it. A preview asks nothing of the cloud and never fails here.
 */
export function guarded(provider: Provider, faults: () => Fault[]): Provider {
  const run = async <Answer>(
    operation: Operation,
    type: string,
    urn: string,
    act: () => Promise<Answer>,
  ): Promise<Answer> => {
    const fault = strike(faults(), operation, type, urn);
    if (fault?.when === "before") throw new ProviderError(fault.message);
    const answer = await act();
    if (fault) throw new ProviderError(fault.message);
    return answer;
  };
  return {
    ...provider,
    create: (call) =>
      call.preview ? provider.create(call) : run("create", call.type, call.urn, () => provider.create(call)),
    read: (call) => run("read", call.type, call.urn, () => provider.read(call)),
    update: (call) =>
      call.preview ? provider.update(call) : run("update", call.type, call.urn, () => provider.update(call)),
    delete: (call) => run("delete", call.type, call.urn, () => provider.delete(call)),
    invoke: (call) => run("invoke", call.token, "", () => provider.invoke(call)),
  };
}
