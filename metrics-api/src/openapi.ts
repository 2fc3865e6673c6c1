import * as z from "zod/mini";
import { activityLimit } from "./activity-limit.ts";
import { activity, health, hostMetrics, hosts, problem, weather } from "./schemas.ts";

type Path = { summary: string; schema?: z.core.$ZodType; problems: number[]; parameters?: object[] };

const limitParameter = {
  name: "limit",
  in: "query",
  description: "How many commits at most",
  schema: {
    type: "integer",
    minimum: activityLimit.smallest,
    maximum: activityLimit.largest,
    default: activityLimit.standard,
  },
};

/** Every route with the schema of its answer; the two without one are no JSON of ours. */
const paths: Record<string, Path> = {
  "/api/health": { summary: "Whether the service answers", schema: health, problems: [] },
  "/api/metrics": { summary: "This host's numbers", schema: hostMetrics, problems: [429, 503] },
  "/api/hosts": { summary: "This host and its peers", schema: hosts, problems: [429, 503] },
  "/api/weather": {
    summary: "The weather at the host or at a configured place",
    schema: weather,
    problems: [429, 503],
  },
  "/api/activity": {
    summary: "Newest commits over all repositories of the configured Forgejo",
    schema: activity,
    problems: [400, 429, 503],
    parameters: [limitParameter],
  },
  "/api/openapi.json": { summary: "This document", problems: [] },
  "/metrics": { summary: "Prometheus metrics of the service itself, as text", problems: [] },
};

/** The OpenAPI 3.1 document, made from the same schemas that the answers are tested against. */
export function openApiDocument(): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "KiteStacks metrics API",
      version: "1.0.0",
      description: "Numbers of a host and its peers. Read-only.",
    },
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, entry]) => [path, { get: operation(path, entry) }]),
    ),
  };
}

function operation(path: string, { summary, schema, problems, parameters }: Path): object {
  const type = path === "/metrics" ? "text/plain" : "application/json";
  const media = schema === undefined ? {} : { schema: jsonSchema(schema) };
  const failures = problems.map((status) => [
    String(status),
    {
      description: problemText[status],
      content: { "application/problem+json": { schema: jsonSchema(problem) } },
    },
  ]);
  return {
    summary,
    ...(parameters === undefined ? {} : { parameters }),
    responses: {
      200: { description: "The answer", content: { [type]: media } },
      ...Object.fromEntries(failures),
    },
  };
}

const problemText: Record<number, string> = {
  400: "A parameter is wrong",
  429: "Too many requests of this client are waiting",
  503: "An upstream never answered, or too many requests are waiting",
};

function jsonSchema(schema: z.core.$ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return rest;
}
