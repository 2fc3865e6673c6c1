import { secret, text } from "../../catalogue/text.ts";
import { nodeIn, patience } from "./runners.ts";
import { nodeScript } from "./script.ts";
import type { StepBuilder, StepSource } from "./step.ts";

/** Every monitor of ours carries it in its description, followed by what it watches. */
const marks = "kitestacks:";

const values = ({ service, facts }: StepSource) => ({
  base: `http://127.0.0.1:${service.port}`,
  hub: facts.hub.name,
  user: "kiteadmin",
  password: text`${secret("uptime-kuma.adminPassword")}`,
  answerSeconds: "30",
  ...patience,
});

export const kumaAdmin: StepBuilder = (source) => ({
  start: nodeIn(source.service.name),
  input: nodeScript(["kuma.mjs", "kuma-admin.mjs"], values(source)),
});

/** Each public service twice: as visitors reach it, and as this host's own container answers. */
export const kumaMonitors: StepBuilder = (source) => {
  const { facts, healthPath, service } = source;
  const monitors = facts.publicServices.flatMap(({ name, title, url, healthUrl }) => [
    { mark: `${marks}public:${name}`, name: title, url: url + healthPath(name), group: "Services" },
    {
      mark: `${marks}local:${name}`,
      name: `${title} on ${facts.host.name}`,
      url: healthUrl,
      group: facts.host.name,
    },
  ]);
  const page = { slug: "kitestacks", title: facts.settings.site.title };
  return {
    start: nodeIn(service.name),
    input: nodeScript(["kuma.mjs", "kuma-monitors.mjs"], values(source), { marks, monitors, page }),
    after: ["uptime-kuma.create-admin"],
  };
};
