import { z } from "zod";
import { ApiError, UnreachableError } from "../inventory/answers.ts";
import { parseReference } from "./reference.ts";

/** Where a registry answers; tests put a local one here. */
export type RegistryUrl = (registry: string) => string;

/** Manifests of several platforms first: their digest holds on every host. */
const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * The digest that a tag stands for now, asked of its registry (OCI distribution specification, HEAD of the manifest).
 * @throws UnreachableError when the registry does not answer, ApiError when it knows no such tag
 */
export async function digestOf(reference: string, registryUrl: RegistryUrl): Promise<string> {
  const { registry, repository, tag } = parseReference(reference);
  const url = `${registryUrl(registry)}/v2/${repository}/manifests/${tag}`;
  const ask = (authorization?: string) =>
    request(registry, url, { accept: accepted, ...(authorization !== undefined && { authorization }) });
  let response = await ask();
  if (response.status === 401) {
    response = await ask(await anonymousToken(registry, response.headers.get("www-authenticate") ?? ""));
  }
  if (!response.ok)
    throw new ApiError(`${reference}: ${refusal(registry, response.status)}`, response.status);
  const digest = response.headers.get("docker-content-digest");
  if (digest === null || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new ApiError(`${reference}: ${registry} answers without a digest`, response.status);
  return digest;
}

function refusal(registry: string, status: number): string {
  if (status === 404) return `${registry} has no such image or tag`;
  if (status === 429)
    return `${registry} takes no more questions from this address for now (429); try again in an hour`;
  return `${registry} answers ${status}`;
}

/** Public images are read with a token that anybody gets; the answer to the first question says where. */
async function anonymousToken(registry: string, challenge: string): Promise<string> {
  const { realm, ...rest } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  if (realm === undefined) throw new ApiError(`${registry} wants a login`, 401);
  const response = await request(registry, `${realm}?${new URLSearchParams(rest)}`, {}, "GET");
  const answer = z
    .object({ token: z.string().optional(), access_token: z.string().optional() })
    .safeParse(await response.json());
  const token = answer.data?.token ?? answer.data?.access_token;
  if (token === undefined)
    throw new ApiError(`${registry} gives no token for anonymous reading`, response.status);
  return `Bearer ${token}`;
}

async function request(
  registry: string,
  url: string,
  headers: Record<string, string>,
  method = "HEAD",
): Promise<Response> {
  try {
    return await fetch(url, { method, headers, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new UnreachableError(
      `${registry} does not answer (${cause}); nothing was written. Digests can only be asked for online`,
    );
  }
}
