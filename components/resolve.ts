import * as pulumi from "@pulumi/pulumi";
import { partsOf, type Reference, type Text } from "../catalogue/text.ts";

/** Where the plan's references get their values: secrets of the hub, tailnet addresses of hosts. */
export interface Lookup {
  secret(name: string): pulumi.Output<string>;
  address(host: string): pulumi.Output<string>;
}

/** A text of the plan as an input; plain text stays plain, so that it is known at preview. */
export function toInput(value: Text, lookup: Lookup): pulumi.Input<string> {
  if (typeof value === "string") return value;
  return pulumi.concat(
    ...partsOf(value).map((part) => (typeof part === "string" ? part : lookUp(part, lookup))),
  );
}

export function toInputs(values: readonly Text[], lookup: Lookup): pulumi.Input<string>[] {
  return values.map((value) => toInput(value, lookup));
}

function lookUp(reference: Reference, lookup: Lookup): pulumi.Output<string> {
  return reference.ref === "secret" ? lookup.secret(reference.name) : lookup.address(reference.host);
}

/** A lookup in a record of outputs. An unknown name is a mistake in the catalogue, found at preview. */
export function find(
  kind: string,
  values: Readonly<Record<string, pulumi.Output<string>>>,
  name: string,
): pulumi.Output<string> {
  const value = values[name];
  if (value === undefined)
    throw new Error(`There is no ${kind} "${name}"; known: ${Object.keys(values).join(", ")}.`);
  return value;
}
