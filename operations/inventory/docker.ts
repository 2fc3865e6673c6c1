import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { DockerConnection } from "../../settings/settings.ts";
import { ApiError } from "./answers.ts";
import type { DockerFound } from "./inventory.ts";
import { noAnswerAtSocket, noAnswerOverSsh } from "./no-answer.ts";
import { sshTunnel } from "./ssh.ts";
import { sshCommand } from "./ssh-command.ts";

export interface DockerAccess {
  /** What a person calls it. */
  readonly host: string;
  readonly connection: DockerConnection;
  /** Its tailnet address, for SSH. */
  readonly address: string;
}

const containers = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Image: z.string(),
    State: z.string(),
    Ports: z.array(
      z.object({ IP: z.string().optional(), PublicPort: z.number().optional(), Type: z.string() }),
    ),
    Mounts: z.array(z.object({ Type: z.string(), Name: z.string().optional() })),
  }),
);
const networks = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional() })).nullish() }).optional(),
  }),
);
const volumes = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullable() });

/** Every Docker has them, and nobody can remove them. */
const builtIn = ["bridge", "host", "none"];

/** Asks a host's Docker over its API: through the socket, or, as the provider does, through SSH. */
export async function dockerInventory(access: DockerAccess): Promise<DockerFound> {
  const foundContainers = containers.parse(await get(access, "/containers/json?all=1"));
  const foundNetworks = networks.parse(await get(access, "/networks"));
  const foundVolumes = volumes.parse(await get(access, "/volumes")).Volumes ?? [];
  return {
    containers: foundContainers.map(({ Id, Names, Image, State, Ports, Mounts }) => ({
      id: Id,
      name: (Names[0] ?? "").replace(/^\//, ""),
      image: Image,
      running: State === "running",
      ports: Ports.flatMap(({ IP = "0.0.0.0", PublicPort, Type }) =>
        PublicPort === undefined ? [] : [{ address: IP, port: PublicPort, protocol: Type }],
      ),
      volumes: Mounts.flatMap(({ Type, Name }) => (Type === "volume" && Name !== undefined ? [Name] : [])),
    })),
    networks: foundNetworks
      .filter(({ Name }) => !builtIn.includes(Name))
      .map(({ Id, Name, IPAM }) => ({ id: Id, name: Name, subnet: IPAM?.Config?.[0]?.Subnet ?? "" })),
    volumes: foundVolumes.map(({ Name }) => ({ name: Name })),
  };
}

const PATIENCE_MS = 60_000;

async function get(access: DockerAccess, path: string): Promise<unknown> {
  const { status, body } = await exchange(access, path);
  if (status === 200) return JSON.parse(body);
  throw new ApiError(
    `The Docker of ${access.host} answers ${status} to GET ${path}: ${body.slice(0, 200).trim()}`,
    status,
  );
}

async function exchange({ host, connection, address }: DockerAccess, path: string): Promise<Reply> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const options = { path, headers: { host: "docker" }, signal };
  if (connection.kind === "socket") {
    const socketPath = connection.url.replace(/^unix:\/\//, "");
    return replyTo(request({ ...options, socketPath })).catch((error: Error) => {
      throw noAnswerAtSocket(host, error);
    });
  }
  const tunnel = sshTunnel(connection, address, signal);
  try {
    return await replyTo(request({ ...options, createConnection: () => tunnel.socket }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw noAnswerOverSsh(host, await tunnel.ended(), sshCommand(connection, address), why);
  } finally {
    tunnel.close();
  }
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

async function replyTo(asked: ClientRequest): Promise<Reply> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", reject);
    asked.end();
  });
  return { status: response.statusCode ?? 0, body: await text(response) };
}
