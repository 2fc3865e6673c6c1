/**
 * How scripts are started on a host. Each reads script and values from its standard input, so that neither the
 * command line nor the environment holds a secret.
 */

/** In the container of a service whose image has a shell. */
export function shellIn(container: string, user?: string): string {
  return `docker exec -i ${user === undefined ? "" : `-u ${user} `}${container} sh -s`;
}

/** In the container of a service that is a Node program, beside its own modules. */
export function nodeIn(container: string): string {
  return `docker exec -i ${container} node --input-type=module -`;
}

/** The service whose image lends its Node. */
export const lender = "kitestacks-metrics-api";

/**
 * In a container for this one run on the services' network, for images without a tool that speaks HTTP and JSON.
 * Its image is our own metrics API, the one Node that every host has; `--init` lets `timeout` end it.
 */
export const nodeBeside =
  "docker run --rm -i --init --network kitestacks --memory 128m --memory-swap 256m --cap-drop ALL " +
  `--security-opt no-new-privileges --entrypoint node kitestacks/${lender} --input-type=module -`;

/** How long a script waits for a service that still starts, and between two tries. */
export const patience = { tries: "30", pause: "5" };
