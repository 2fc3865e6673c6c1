import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { WireObject } from "./marshal.ts";

/** A missing Struct is an empty one: the engine leaves out what is empty. */
export function toWire(message: Struct | undefined): WireObject {
  return (message?.toJavaScript() ?? {}) as WireObject;
}

export function fromWire(wire: WireObject): Struct {
  return struct.Struct.fromJavaScript(wire as { [key: string]: JavaScriptValue });
}
