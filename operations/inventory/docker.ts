import { spawn } from "node:child_process";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { DockerConnection } from "../../settings/settings.ts";
import { ApiError, UnreachableError } from "./answers.ts";
import type { DockerFound } from "./inventory.ts";

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
  const { host, connection, address } = access;
  const options = { path, headers: { host: "docker" }, signal: AbortSignal.timeout(PATIENCE_MS) };
  if (connection.kind === "socket") {
    const socketPath = connection.url.replace(/^unix:\/\//, "");
    return answer(host, request({ ...options, socketPath }), path);
  }
  const tunnel = ssh(connection, address);
  try {
    return await answer(host, request({ ...options, createConnection: () => tunnel.socket }), path);
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new UnreachableError(`The Docker of ${host} does not answer: ${tunnel.said() || error.message}`);
  } finally {
    tunnel.end();
  }
}

/** `docker system dial-stdio` on the host joins its socket to the connection's two ends. */
function ssh({ user, sshOptions }: Extract<DockerConnection, { kind: "ssh" }>, address: string) {
  const options = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", ...sshOptions, "-l", user];
  const child = spawn("ssh", [...options, "--", address, "docker", "system", "dial-stdio"]);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-500);
  });
  const socket = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.on("error", (error) => socket.destroy(error));
  return {
    socket: asSocket(socket),
    said: () => said.trim().split("\n").at(-1) ?? "",
    end: () => {
      socket.destroy();
      child.kill();
    },
  };
}

/** What the HTTP client asks of a socket besides being a stream; two pipes have no such settings. */
function asSocket(stream: Duplex): Socket {
  const nothing = () => stream;
  return Object.assign(stream, {
    setTimeout: nothing,
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  }) as unknown as Socket;
}

async function answer(host: string, asked: ClientRequest, path: string): Promise<unknown> {
  const unreachable = (why: string) => new UnreachableError(`The Docker of ${host} does not answer: ${why}`);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", (error) => reject(unreachable(error.message)));
    asked.end();
  });
  const body = await text(response);
  const status = response.statusCode ?? 0;
  if (status !== 200)
    throw new ApiError(
      `The Docker of ${host} answers ${status} to GET ${path}: ${body.slice(0, 200).trim()}`,
      status,
    );
  return JSON.parse(body);
}
