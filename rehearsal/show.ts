import { join } from "node:path";
import { resolve } from "../catalogue/text.ts";
import { pictureOf } from "../operations/picture/data.ts";
import { picturePage, picturePolicy } from "../operations/picture/page.ts";
import type { Plan } from "../plan/plan.ts";
import { simulated } from "./evidence.ts";
import type { Performance } from "./perform.ts";
import { servePortal, startMetricsApi } from "./serve/serve.ts";

/** Where the picture of what was rehearsed is served. */
export const PICTURE_PATH = "/rehearsal";

/** The real portal with the real metrics API of this machine, and the picture beside it, until `close`. */
export async function showPortal(plan: Plan, projectDir: string, port: number, performed: Performance) {
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
      pages: { [PICTURE_PATH]: { html: pictureHtml(performed), policy: picturePolicy } },
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

function pictureHtml({ observed, verdicts, engine }: Performance): string {
  return picturePage(
    pictureOf(observed, verdicts, {
      title: "KiteStacks, rehearsed",
      note: `Brought up by the real program on the real Pulumi engine ${engine.version}. Simulated: ${simulated.join(", ")}. No real cloud was touched.`,
    }),
  );
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
