import { join } from "node:path";
import { resolve } from "../catalogue/text.ts";
import type { Plan } from "../plan/plan.ts";
import { servePortal, startMetricsApi } from "./serve/serve.ts";

/** The real portal with the real metrics API of this machine, until `close`. */
export async function showPortal(plan: Plan, projectDir: string, port: number) {
  const metricsApi = await startMetricsApi({
    directory: join(projectDir, "metrics-api"),
    hostName: plan.hub.name,
  });
  try {
    const serving = await servePortal({
      port,
      files: portalFilesOf(plan),
      publicDir: join(projectDir, "portal", "public"),
      metricsApi: metricsApi.url,
    });
    const close = async () => {
      await serving.close();
      await metricsApi.close();
    };
    return { url: serving.url, close };
  } catch (error) {
    await metricsApi.close();
    throw error;
  }
}

/** What the hub's portal container would get as uploads; nothing in them is a secret. */
function portalFilesOf({ hub }: Plan): Record<string, string> {
  const files = hub.containers.find(({ name }) => name === "homepage")?.files ?? [];
  return Object.fromEntries(
    files.map(({ path, content }) => [
      path,
      resolve(content, () => {
        throw new Error(`The portal's file ${path} holds a value that only a real deployment knows.`);
      }),
    ]),
  );
}
