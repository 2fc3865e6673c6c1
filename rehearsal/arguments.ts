import { parseArgs } from "node:util";

export interface Arguments {
  /** Show the portal afterwards, until Ctrl-C. */
  readonly serve: boolean;
  /** Port of the portal on 127.0.0.1; 8088 by default. */
  readonly port: number;
  /** File for the evidence. */
  readonly json: string | undefined;
  /** Folder with the project's Pulumi.yaml and stack files. */
  readonly stacks: string | undefined;
  /** Rehearse with these hosts; a name without a stack file is a made-up member. */
  readonly hosts: readonly string[] | undefined;
}

export class UsageError extends Error {
  readonly exitCode = 64;
}

const usage = "npm start [-- --no-serve --port N --json FILE --stacks DIR --hosts a,b,c]";

/** Throws `UsageError` naming what was not understood and the whole usage. */
export function readArguments(words: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      args: [...words],
      allowNegative: true,
      options: {
        serve: { type: "boolean", default: true },
        port: { type: "string", default: "8088" },
        json: { type: "string" },
        stacks: { type: "string" },
        hosts: { type: "string" },
      },
    });
    return {
      serve: values.serve,
      port: portNumber(values.port),
      json: values.json,
      stacks: values.stacks,
      hosts: values.hosts?.split(",").map(hostName),
    };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}`);
  }
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65536;
  if (port < 65536) return port;
  throw new Error(`--port is "${text}", which is no port; give a number up to 65535, 0 for any free one.`);
}

function hostName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name)) return name;
  throw new Error(
    `--hosts has "${name}", which is no host name; give small letters, digits and dashes, as in a,b,c.`,
  );
}
