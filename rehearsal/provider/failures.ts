import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { type IncompleteResourceError, ProviderError } from "./provider.ts";

type Failure = Partial<ServiceError>;

/** An incomplete resource with its outputs encoded, as the handler that knows their secrets throws it on. */
export class IncompleteFailure extends Error {
  readonly metadata: Metadata;
  constructor(error: IncompleteResourceError, outputs: Struct) {
    super(error.message);
    this.metadata = initFailed(error, outputs);
  }
}

/**
 * What the engine gets for a thrown error. A refusal has the code that real providers use (UNKNOWN), so that its
 * message is shown as it is; anything else is a fault of the simulation and says so with its stack.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof IncompleteFailure) {
    return { code: status.UNKNOWN, details: error.message, metadata: error.metadata };
  }
  if (error instanceof ProviderError) return { code: status.UNKNOWN, details: error.message };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: status.INTERNAL, details: `fault in the simulated provider: ${trace}` };
}

/**
 * "Created, but not well" is a google.rpc.Status that travels as binary metadata: the Go side of gRPC decodes it
 * as error details, the Node side has no call for it.
 */
function initFailed(error: IncompleteResourceError, outputs: Struct): Metadata {
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(outputs);
  detail.setReasonsList([error.message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new statuses.Status();
  details.setCode(status.UNKNOWN);
  details.setMessage(error.message);
  details.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return metadata;
}
