import { joinPath } from "./property-path.ts";
import { Asset, type Properties, ResourceReference, UNKNOWN, Unknown, type Value } from "./provider.ts";

/** JSON as it travels in a protobuf Struct: wrapped values are objects with a signature, unknowns sentinel strings. */
export type Wire = null | boolean | number | string | Wire[] | WireObject;
export type WireObject = { [key: string]: Wire };

/*
 * Signatures and sentinels of the engine's protocol (sdk/go/common/resource/sig and plugin/rpc.go of pulumi 3.259).
 * They are constants of the protocol, the same in every version.
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

export function isWireObject(wire: Wire | undefined): wire is WireObject {
  return typeof wire === "object" && wire !== null && !Array.isArray(wire);
}

export function isWireSecret(wire: Wire | undefined): wire is WireObject {
  if (!isWireObject(wire)) return false;
  return wire[SIGNATURE] === SECRET || (wire[SIGNATURE] === OUTPUT && wire["secret"] === true);
}

export function wrapSecret(value: Wire): WireObject {
  return { [SIGNATURE]: SECRET, value };
}

export interface Decoded {
  properties: Properties;
  /** Where a secret stood; its value is plain in `properties`. */
  secretPaths: string[];
}

export function decode(wire: WireObject): Decoded {
  const secretPaths: string[] = [];
  return { properties: decodeEntries(wire, "", secretPaths), secretPaths };
}

/** One value with its secret wrappers removed. */
export function decodeValue(wire: Wire, path = "", secretPaths: string[] = []): Value {
  if (typeof wire === "string") return UNKNOWNS.has(wire) ? UNKNOWN : wire;
  if (Array.isArray(wire))
    return wire.map((item, index) => decodeValue(item, joinPath(path, index), secretPaths));
  if (!isWireObject(wire)) return wire;
  if (isWireSecret(wire)) secretPaths.push(path);
  switch (wire[SIGNATURE]) {
    case undefined:
      return decodeEntries(wire, path, secretPaths);
    case SECRET:
    case OUTPUT:
      // An output value without "value" is not known yet.
      return wire["value"] === undefined ? UNKNOWN : decodeValue(wire["value"], path, secretPaths);
    case ASSET:
      return new Asset("asset", text(wire["hash"]), decodeSource(wire));
    case ARCHIVE:
      return new Asset("archive", text(wire["hash"]), decodeSource(wire));
    case RESOURCE:
      return new ResourceReference(text(wire["urn"]), decodeId(wire["id"]));
    default:
      throw new Error(`a value with the unknown signature ${JSON.stringify(wire[SIGNATURE])} at ${path}`);
  }
}

/** The opposite of `decode`, without secrets: `markSecrets` puts those back. */
export function encodeValue(value: Value): Wire {
  if (Unknown.is(value)) return UNKNOWN_STRING;
  if (Array.isArray(value)) return value.map(encodeValue);
  if (value instanceof Asset) return encodeAsset(value);
  if (value instanceof ResourceReference) return encodeReference(value);
  if (typeof value !== "object" || value === null) return value;
  return encodeEntries(value, encodeValue);
}

/** Keys whose value is `undefined` are left out, as JSON does it. */
export function encodeEntries(
  properties: Properties,
  encode: (value: Value, key: string) => Wire,
): WireObject {
  const known = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([key, value]) => [key, encode(value, key)]));
}

function decodeEntries(wire: WireObject, path: string, secretPaths: string[]): Properties {
  const entries = Object.entries(wire);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, decodeValue(value, joinPath(path, key), secretPaths)]),
  );
}

function decodeSource(wire: WireObject): Asset["source"] {
  if (isWireObject(wire["assets"])) return { assets: decode(wire["assets"]).properties };
  if (typeof wire["path"] === "string" && wire["path"] !== "") return { path: wire["path"] };
  if (typeof wire["uri"] === "string" && wire["uri"] !== "") return { uri: wire["uri"] };
  if (typeof wire["text"] === "string") return { text: wire["text"] };
  return { elided: true };
}

function encodeAsset(asset: Asset): WireObject {
  const { source } = asset;
  const head = { [SIGNATURE]: asset.kind === "asset" ? ASSET : ARCHIVE, hash: asset.hash };
  if ("assets" in source) return { ...head, assets: encodeValue(source.assets) };
  return "elided" in source ? head : { ...head, ...source };
}

function decodeId(wire: Wire | undefined): string | Unknown {
  const id = text(wire);
  return UNKNOWNS.has(id) ? UNKNOWN : id;
}

function encodeReference({ urn, id }: ResourceReference): WireObject {
  return { [SIGNATURE]: RESOURCE, urn, id: encodeValue(id) };
}

function text(wire: Wire | undefined): string {
  return typeof wire === "string" ? wire : "";
}
