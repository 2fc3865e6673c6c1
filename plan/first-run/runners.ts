/**
 * How scripts are started on a host, given the step's time limit in seconds. Each reads script and values from its
 * standard input, so that neither the command line, which everybody on the host may read, nor the environment holds a
 * secret.
 */
export type Runner = (limitSeconds: number) => string;

/** In the container of a service whose image has a shell. */
export function shellIn(container: string, user?: string): Runner {
  return inside(`${user === undefined ? "" : `-u ${user} `}${container}`, "sh -s");
}

/** In the container of a service that is a Node program, beside its own modules. */
export function nodeIn(container: string): Runner {
  return inside(container, "node --input-type=module -");
}

/** The end of `docker exec` is not the end of what it started: left alone, that would meet its own next run. */
function inside(container: string, program: string): Runner {
  return (limitSeconds) => `docker exec -i ${container} timeout -k 5 ${limitSeconds - 10} ${program}`;
}

/** The service whose image lends its Node. */
export const lender = "kitestacks-metrics-api";

/**
 * In a container for this one run on the services' network, for images without a tool that speaks HTTP and JSON.
 * Its image is our own metrics API, the one Node that every host has; `--init` lets `timeout` end it.
 */
export const nodeBeside: Runner = () =>
  "docker run --rm -i --init --network kitestacks --memory 128m --memory-swap 256m --cap-drop ALL " +
  `--security-opt no-new-privileges --entrypoint node kitestacks/${lender} --input-type=module -`;

/**
 * How many seconds a script waits for a service that still starts, in all and between two tries. Well below the limit
 * of a step: what is ended from outside says neither what is missing nor what to do.
 */
export const patience = { seconds: "200", pause: "5" };
