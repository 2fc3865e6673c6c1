import type { CheckResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { WireObject } from "./marshal.ts";
import type { CheckFailure } from "./provider.ts";
import { fromWire } from "./struct.ts";

export function toCheckResponse(inputs: WireObject, failures: CheckFailure[]): CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(fromWire(inputs));
  response.setFailuresList(failures.map(toFailureMessage));
  return response;
}

export function toFailureMessage({ property, reason }: CheckFailure) {
  const message = new messages.CheckFailure();
  message.setProperty(property);
  message.setReason(reason);
  return message;
}
