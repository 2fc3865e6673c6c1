import { activity, hosts, input, services, weather } from "../testing/examples.ts";
import { startNameServer } from "../testing/name-server.ts";
import { startNginx } from "../testing/nginx.ts";
import { startPortal } from "../testing/portal.ts";
import { startStub } from "../testing/stub.ts";
import { nginxPath } from "../testing/tools.ts";

/** The portal with example data: under nginx where it is installed, else under the server of `npm start`. */
export async function startExample(): Promise<{ url: string; server: string; close(): Promise<unknown> }> {
  const hostNames = ["cloud", "home"];
  if (nginxPath === undefined) {
    const portal = await startPortal({ hostNames });
    return {
      url: portal.url,
      server: "the server of npm start (nginx is not installed)",
      close: portal.close,
    };
  }
  const answers: Record<string, unknown> = { hosts: hosts(), weather, activity: activity() };
  const stub = await startStub((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answers[request.url?.split(/[/?]/)[2] ?? ""] ?? {}));
  });
  const names = await startNameServer(new Set(["service.test"]));
  const probed = services.map((service) => ({ ...service, healthUrl: `http://service.test:${stub.port}/` }));
  const nginx = await startNginx({
    input: input({ hostNames, services: probed, gateway: "127.0.0.1", subnet: "127.0.0.1/32" }),
    apiPort: stub.port,
    namesPort: names.port,
  });
  const close = () => Promise.all([nginx.close(), stub.close(), names.close()]);
  return { url: nginx.url, server: "nginx", close };
}
