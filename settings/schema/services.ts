import type { ServiceSettings } from "../settings.ts";
import { secretName } from "./encrypted.ts";
import { fault } from "./fault.ts";
import { choice, distinct, formed, record, section, text } from "./forms.ts";

const digest = /@sha256:[0-9a-f]{64}$/;
const registry = String.raw`[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?`;
const component = "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*";
const sha256 = "@sha256:[0-9a-f]{64}";
/** Docker's own grammar (distribution/reference), in lower case, with a tag or digest and without the tag latest. */
const imageForm = new RegExp(
  String.raw`^(${registry}/)?${component}(/${component})*(:(?!latest($|@))\w[\w.-]{0,127}(${sha256})?|${sha256})$`,
);

function explainImage(value: string): string | undefined {
  const name = value.replace(digest, "");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  if (tag === "latest")
    return fault("the tag latest is another image tomorrow", "write a tag with a version");
  if (imageForm.test(`${value}:version`)) return fault("an image without a tag", `write ${value}:<version>`);
  return undefined;
}

const image = formed(
  "an image with a tag, e.g. docker.io/library/redis:8.2.1",
  imageForm,
  "not an image reference",
  explainImage,
);

const serviceForm = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const serviceName = formed(
  "the name of a service, e.g. uptime-kuma",
  serviceForm,
  "not the name of a service",
);

const modelForm = /^[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*(:[a-z0-9-]+)?$/i;

function explainModel(value: string): string | undefined {
  const bare = value.replace(/^openrouter\//, "");
  return bare !== value && modelForm.test(bare)
    ? fault("LiteLLM's name of the model, not OpenRouter's", `write ${bare}`)
    : undefined;
}

const model = formed(
  "the id of a model at OpenRouter: vendor/model or vendor/model:free",
  modelForm,
  "not the id of a model at OpenRouter",
  explainModel,
);

export const services = section("what the services are asked to do differently", {
  images: record("image by service name, instead of the catalogue's", serviceName, image).default({}),
  acceptSplitData: distinct(
    "public services whose data may differ from host to host, by name",
    serviceName,
    0,
  ).default([]),
  openprojectLogin: choice(
    "how people sign in to OpenProject: ldap, or oidc, which needs an Enterprise token",
    ["ldap", "oidc"],
  ).default("ldap"),
  liteLeavesOut: distinct("services that lite hosts do without, by name", serviceName, 0)
    .optional()
    .describe("Services that lite hosts do without; left out: all that the catalogue says may be left out"),
  models: distinct("models at OpenRouter, the first is the default", model, 1).default([
    "openrouter/free",
    "openai/gpt-oss-120b:free",
  ]),
  rotate: record(
    "generated secrets to make anew: name → any label, another label is another value",
    secretName,
    text("any label, e.g. a date").min(1, { error: fault("empty", "write any label, e.g. a date") }),
  ).default({}),
}).transform((parsed): ServiceSettings => ({ ...parsed, liteLeavesOut: parsed.liteLeavesOut }));
