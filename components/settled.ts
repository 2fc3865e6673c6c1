import type * as pulumi from "@pulumi/pulumi";

/**
 * The value of an output, once it is known: for a real run, in which every one gets known. The SDK's own stack waits
 * for its outputs by this method, which its types leave out.
 */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/** Waits for resources. False when one of them failed, which the engine says by itself. */
export function allDone(resources: readonly pulumi.Resource[]): Promise<boolean> {
  return Promise.all(resources.map(({ urn }) => settled(urn))).then(
    (urns) => urns.every((urn) => urn !== ""),
    () => false,
  );
}
