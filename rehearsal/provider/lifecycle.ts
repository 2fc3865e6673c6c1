import { isDeepStrictEqual } from "node:util";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type { CheckRequest, ConfigureRequest, DiffRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { toCheckResponse } from "./answers.ts";
import type { Calls } from "./calls.ts";
import { toDiffResponse } from "./diff-response.ts";
import { decodeConfig, type Instances } from "./instances.ts";
import { decode } from "./marshal.ts";
import type { Provider } from "./provider.ts";
import { toWire } from "./struct.ts";
import { packageOfProvider } from "./urn.ts";

/** Higher than any real one: the engine warns when an attached provider is older than what the SDK asks for. */
const VERSION = "999.0.0";

/** The calls that make and configure a provider instance. */
export function lifecycleHandlers(calls: Calls, instances: Instances, provider: (name: string) => Provider) {
  return {
    handshake: calls.handler("handshake", () => {
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      return response;
    }),
    attach: calls.handler("attach", () => new empty.Empty()),
    cancel: calls.handler("cancel", () => new empty.Empty()),
    getPluginInfo: calls.handler("getPluginInfo", () => {
      const response = new plugin.PluginInfo();
      response.setVersion(VERSION);
      return response;
    }),
    getSchema: calls.handler("getSchema", () => {
      const response = new messages.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: calls.handler("checkConfig", (request: CheckRequest) => {
      const urn = request.getUrn();
      const name = packageOfProvider(urn);
      const config = decodeConfig(decode(toWire(request.getNews())).properties);
      const failures = provider(name).checkConfig?.({ package: name, urn }, config) ?? [];
      return toCheckResponse(toWire(request.getNews()), failures);
    }),
    diffConfig: calls.handler("diffConfig", diffConfig),
    configure: calls.handler("configure", async (request: ConfigureRequest, peer) => {
      const urn = request.getUrn();
      if (urn === undefined)
        throw new Error("this engine configures providers without their URN: use 3.250 or newer");
      const instance = instances.configure(peer, urn, toWire(request.getArgs()));
      await provider(instance.package).configure?.(instance);
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setSupportspreview(true);
      return response;
    }),
  };
}

/** Other arguments never replace a provider: that would replace everything it made. */
function diffConfig(request: DiffRequest) {
  const oldInputs = decode(toWire(request.getOldInputs())).properties;
  const news = decode(toWire(request.getNews())).properties;
  const keys = new Set([...Object.keys(oldInputs), ...Object.keys(news)]);
  const diffs = [...keys].filter((key) => !isDeepStrictEqual(oldInputs[key], news[key]));
  const result = {
    changes: diffs.length > 0 ? "some" : "none",
    replaces: [],
    deleteBeforeReplace: false,
    diffs,
  } as const;
  return toDiffResponse({ ...result, replaces: [] }, { olds: oldInputs, oldInputs, news });
}
