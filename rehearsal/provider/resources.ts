import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { toCheckResponse, toFailureMessage } from "./answers.ts";
import type { Calls } from "./calls.ts";
import { toDiffResponse } from "./diff-response.ts";
import { IncompleteFailure } from "./failures.ts";
import type { Instances } from "./instances.ts";
import { type Decoded, decode, type WireObject } from "./marshal.ts";
import { IncompleteResourceError, type Properties, type Provider, type ResourceCall } from "./provider.ts";
import { containsSecret, encodeLike, mergeSamples } from "./secrets.ts";
import { fromWire, toWire } from "./struct.ts";
import { parseUrn } from "./urn.ts";

type FindProvider = (name: string) => Provider;

/** The calls about one resource, and `invoke`. */
export function resourceHandlers(calls: Calls, instances: Instances, provider: FindProvider) {
  /** What every call about a resource begins with. */
  function open(urn: string, peer: string, { secretPaths }: Decoded) {
    const instance = instances.of(peer);
    const { type, name } = parseUrn(urn);
    const call: ResourceCall = { instance, urn, type, name, secretPaths };
    const simulated = provider(instance.package);
    const encode = (outputs: Properties, like: WireObject) =>
      fromWire(encodeLike(outputs, like, simulated.secretOutputs?.(type)));
    return { call, simulated, encode };
  }

  return {
    check: calls.handler("check", async (request: CheckRequest, peer) => {
      const wire = toWire(request.getNews());
      const news = decode(wire);
      const { call, simulated } = open(request.getUrn(), peer, news);
      const olds = decode(toWire(request.getOlds())).properties;
      const randomSeed = request.getRandomseed_asU8();
      const answer = await simulated.check({ ...call, olds, news: news.properties, randomSeed });
      return toCheckResponse(encodeLike(answer.inputs, wire), answer.failures);
    }),

    diff: calls.handler("diff", async (request: DiffRequest, peer) => {
      const news = decode(toWire(request.getNews()));
      const { call, simulated } = open(request.getUrn(), peer, news);
      const compared = {
        olds: decode(toWire(request.getOlds())).properties,
        oldInputs: decode(toWire(request.getOldInputs())).properties,
        news: news.properties,
      };
      const ignoreChanges = request.getIgnorechangesList();
      const result = await simulated.diff({ ...call, id: request.getId(), ...compared, ignoreChanges });
      return toDiffResponse(result, compared);
    }),

    create: calls.handler("create", async (request: CreateRequest, peer) => {
      const wire = toWire(request.getProperties());
      const inputs = decode(wire);
      const { call, simulated, encode } = open(request.getUrn(), peer, inputs);
      const options = { preview: request.getPreview(), timeout: request.getTimeout() };
      const answer = await simulated
        .create({ ...call, inputs: inputs.properties, ...options })
        .catch(rethrow((outputs) => encode(outputs, wire)));
      const response = new messages.CreateResponse();
      response.setId(answer.id);
      response.setProperties(encode(answer.outputs, wire));
      return response;
    }),

    read: calls.handler("read", async (request: ReadRequest, peer) => {
      const state = toWire(request.getProperties());
      const inputs = toWire(request.getInputs());
      const decoded = decode(state);
      const { call, simulated, encode } = open(request.getUrn(), peer, decoded);
      const answer = await simulated.read({
        ...call,
        id: request.getId(),
        state: decoded.properties,
        inputs: decode(inputs).properties,
      });
      const response = new messages.ReadResponse();
      if (answer === undefined) return response; // An empty id is how the protocol says "gone".
      response.setId(answer.id);
      response.setProperties(encode(answer.outputs, mergeSamples(state, inputs)));
      const newInputs = answer.inputs && encodeLike(answer.inputs, mergeSamples(inputs, state));
      response.setInputs(newInputs ? fromWire(newInputs) : request.getInputs());
      return response;
    }),

    update: calls.handler("update", async (request: UpdateRequest, peer) => {
      const wire = toWire(request.getNews());
      const news = decode(wire);
      const { call, simulated, encode } = open(request.getUrn(), peer, news);
      const answer = await simulated
        .update({
          ...call,
          id: request.getId(),
          olds: decode(toWire(request.getOlds())).properties,
          oldInputs: decode(toWire(request.getOldInputs())).properties,
          news: news.properties,
          preview: request.getPreview(),
        })
        .catch(rethrow((outputs) => encode(outputs, wire)));
      const response = new messages.UpdateResponse();
      response.setProperties(encode(answer.outputs, wire));
      return response;
    }),

    delete: calls.handler("delete", async (request: DeleteRequest, peer) => {
      const state = decode(toWire(request.getProperties()));
      const { call, simulated } = open(request.getUrn(), peer, state);
      await simulated.delete({ ...call, id: request.getId(), state: state.properties });
      return new empty.Empty();
    }),

    invoke: calls.handler("invoke", async (request: InvokeRequest, peer) => {
      const instance = instances.of(peer);
      const simulated = provider(instance.package);
      const token = request.getTok();
      const wire = toWire(request.getArgs());
      const answer = await simulated.invoke({ instance, token, args: decode(wire).properties });
      // What was found with a secret may tell the secret: then the whole result is one.
      const secret = containsSecret(wire)
        ? Object.keys(answer.result)
        : (simulated.secretOutputs?.(token) ?? []);
      const response = new messages.InvokeResponse();
      response.setReturn(fromWire(encodeLike(answer.result, {}, secret)));
      response.setFailuresList(answer.failures.map(toFailureMessage));
      return response;
    }),
  };
}

/** For `catch`: hands an incomplete resource on with its outputs encoded, everything else as it is. */
function rethrow(encode: (outputs: Properties) => ReturnType<typeof fromWire>) {
  return (error: unknown): never => {
    throw error instanceof IncompleteResourceError
      ? new IncompleteFailure(error, encode(error.outputs))
      : error;
  };
}
