import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, onTestFinished, test } from "vitest";
import { type Provider, ProviderError } from "./provider.ts";
import { serveProviders } from "./server.ts";
import { fromWire, toWire } from "./struct.ts";

const HOST = "urn:pulumi:monk::kitestacks::pulumi:providers:toy::host";
const THING = "urn:pulumi:monk::kitestacks::toy:index:Thing::thing";

const refuse = async () => {
  throw new ProviderError("not here");
};

async function connect(overrides: Partial<Provider> = {}) {
  const unused = {
    check: refuse,
    diff: refuse,
    create: refuse,
    read: refuse,
    update: refuse,
    delete: refuse,
  };
  const server = await serveProviders({ toy: { ...unused, invoke: refuse, ...overrides } });
  const client = new services.ResourceProviderClient(
    `127.0.0.1:${server.port}`,
    credentials.createInsecure(),
    // Without this, clients of one process share a connection, and each is meant to be an instance of its own.
    { "grpc.use_local_subchannel_pool": 1 },
  );
  onTestFinished(async () => {
    client.close();
    await server.close();
  });
  return { server, client };
}

type Reply<R> = (error: ServiceError | null, response: R) => void;

function ask<R>(call: (reply: Reply<R>) => unknown): Promise<R> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

function configure(urn: string) {
  const request = new messages.ConfigureRequest();
  request.setUrn(urn);
  request.setArgs(fromWire({ host: "tcp://one", hosts: '["a","b"]', note: "[not JSON" }));
  return request;
}

function create() {
  const request = new messages.CreateRequest();
  request.setUrn(THING);
  request.setProperties(fromWire({ name: "a" }));
  return request;
}

test("names its port for every package", async () => {
  const server = await serveProviders({});
  await server.close();
  const { server: toy } = await connect();
  expect(toy.debugProviders).toBe(`toy:${toy.port}`);
});

test("gives every call the arguments that its connection was configured with", async () => {
  const { client } = await connect({
    create: async ({ instance }) => ({ id: "1", outputs: instance.config }),
  });
  await ask((reply) => client.configure(configure(HOST), reply));
  const response = await ask<InstanceType<typeof messages.CreateResponse>>((reply) =>
    client.create(create(), reply),
  );
  expect(toWire(response.getProperties())).toEqual({
    host: "tcp://one",
    hosts: ["a", "b"],
    note: "[not JSON",
  });
});

test("a refusal has the code of real providers and its message unchanged", async () => {
  const { client, server } = await connect();
  await ask((reply) => client.configure(configure(HOST), reply));
  const error = await ask((reply) => client.create(create(), reply)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: status.UNKNOWN, details: "not here" });
  expect(server.calls().at(-1)).toMatchObject({
    method: "create",
    package: "toy",
    urn: THING,
    error: "not here",
  });
});

test("a fault of the simulation is told from a refusal, with its stack", async () => {
  const { client } = await connect({
    create: async () => {
      throw new TypeError("cannot read what is not there");
    },
  });
  await ask((reply) => client.configure(configure(HOST), reply));
  const error = await ask((reply) => client.create(create(), reply)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: status.INTERNAL,
    details: expect.stringMatching(/^fault in the simulated provider: TypeError: cannot read.*\n\s+at /),
  });
});

test("a call before any configuration, and a package that nobody simulates, are faults", async () => {
  const { client } = await connect();
  await expect(ask((reply) => client.create(create(), reply))).rejects.toThrow(
    "before it configured a provider there",
  );
  const other = configure(HOST.replace("toy", "docker"));
  await expect(ask((reply) => client.configure(other, reply))).rejects.toThrow(
    'no simulated provider for the package "docker"',
  );
});
