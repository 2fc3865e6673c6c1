import { join } from "node:path";
import { type PortalInput, portalFiles } from "../../plan/portal-files.ts";
import { servePortal } from "../../rehearsal/serve/serve.ts";
import { activity, hosts, input, weather } from "./examples.ts";
import { type Stub, startStub } from "./stub.ts";

export const publicDir = join(import.meta.dirname, "..", "public");

/** What the metrics API answers now: a body, a problem (recognised by its status), or undefined for silence. */
type Answers = Record<"hosts" | "weather" | "activity", unknown>;

export type TestPortal = {
  url: string;
  /** Change it while the page is open. */
  answers: Answers;
  /** While true the API refuses every connection. */
  silent: boolean;
  api: Stub;
  close(): Promise<void>;
};

/** The portal as `npm start` serves it, before a metrics API whose answers the test decides. */
export async function startPortal(changed: Partial<PortalInput> = {}, port = 0): Promise<TestPortal> {
  const portal = { answers: { hosts: hosts(), weather, activity: activity() } as Answers, silent: false };
  const api = await startStub((request, response) => {
    const topic = new URL(request.url ?? "/", "http://api").pathname.slice("/api/".length);
    const answer = portal.answers[topic as keyof Answers];
    if (portal.silent || answer === undefined) {
      request.socket.destroy();
      return;
    }
    const { status } = answer as { status?: number };
    response.writeHead(status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  const served = await servePortal({
    port,
    files: portalFiles(input(changed)),
    publicDir,
    metricsApi: api.url,
  });
  const close = async () => {
    await served.close();
    await api.close();
  };
  return Object.assign(portal, { url: served.url, api, close });
}
