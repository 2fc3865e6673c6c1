import type { Mutation } from "./mutation.ts";

/** Bugs in what single applications are given: sign-on, data, files. */
export const inApplications: readonly Mutation[] = [
  {
    bug: "an application with another client secret than Authentik's",
    edits: [
      {
        file: "catalogue/karakeep.ts",
        old: 'OAUTH_CLIENT_SECRET: facts.oidc("karakeep").secret,',
        text: 'OAUTH_CLIENT_SECRET: facts.oidc("grafana").secret,',
      },
    ],
    caughtBy: { broken: ["P6"], words: "karakeep" },
  },
  {
    bug: "a value that the metrics API refuses",
    edits: [
      {
        file: "catalogue/metrics-api.ts",
        old: "...(settings.site.weatherPlace === undefined ? {} : { WEATHER_PLACE: settings.site.weatherPlace }),",
        text: 'WEATHER_PLACE: "Frankfurt/Oder",',
      },
    ],
    caughtBy: { failure: 'WEATHER_PLACE: "Frankfurt/Oder" is no place' },
  },
  {
    bug: "a login under way that the other host cannot read",
    edits: [
      {
        file: "catalogue/karakeep.ts",
        old: 'secret("karakeep.nextauthSecret")}',
        text: `secret("karakeep.nextauthSecret")}-\${facts.host.name}`,
      },
    ],
    caughtBy: { broken: ["P6"], words: "seals a login under way with another secret" },
  },
  {
    bug: "a service with data that declares to have none",
    edits: [{ file: "catalogue/forgejo.ts", old: 'placement: "per-host"', text: 'placement: "none"' }],
    caughtBy: { broken: ["P9"], words: "mounts forgejo-data, but forgejo declares to have no data" },
  },
  {
    bug: "data of two hosts behind one public name, which nobody accepted",
    edits: [
      {
        file: "catalogue/homepage.ts",
        old: 'placement: "none", writable: false',
        text: 'placement: "per-host", writable: true',
      },
      { file: "plan/check-settings.ts", old: "service.public && service.data.writable", text: "false" },
    ],
    caughtBy: { broken: ["P9"], words: "homepage is public and keeps writable data per host" },
  },
  {
    bug: "a Prometheus that drops another host before it asks it",
    edits: [
      {
        file: "catalogue/prometheus.ts",
        old: "- job_name: node\n",
        text: `- job_name: node
    relabel_configs: [{ source_labels: [instance], regex: \${host.name}, action: keep }]
`,
      },
    ],
    caughtBy: { broken: ["P10"], words: "relabelling of job node drops" },
  },
  {
    bug: "an entrypoint with a password among its arguments",
    edits: [
      {
        file: "components/container.ts",
        old: "envs: environment(plan, lookup),",
        text: `envs: environment(plan, lookup),
    ...(plan.name === "redis" && {
      entrypoints: ["redis-server", "--requirepass", toInput(plan.environment["REDISCLI_AUTH"] ?? "", lookup)],
    }),`,
      },
    ],
    caughtBy: { broken: ["P5"], words: "the entrypoint of redis" },
  },
  {
    bug: "a sign-up form that the application shuts only until it starts again",
    edits: [{ file: "catalogue/open-webui.ts", old: 'ENABLE_SIGNUP: "False",', text: "" }],
    caughtBy: { broken: ["P14"], words: "anybody makes an account from its second start on" },
  },
  {
    bug: "a sign-up form that is open by default",
    edits: [{ file: "catalogue/openproject.ts", old: 'OPENPROJECT_SELF__REGISTRATION: "0",', text: "" }],
    caughtBy: { broken: ["P14"], words: "anybody asks for an account at its sign-up form" },
  },
  {
    bug: "a token of the first administrator that never expires",
    edits: [
      {
        file: "catalogue/authentik-worker.ts",
        old: 'AUTHENTIK_WORKER__THREADS: "2",',
        text: `AUTHENTIK_WORKER__THREADS: "2",
    AUTHENTIK_BOOTSTRAP_TOKEN: text\`\${secret("authentik-worker.bootstrapPassword")}\`,`,
      },
    ],
    caughtBy: { broken: ["P14"], words: "a token with akadmin's rights that never expires" },
  },
  {
    bug: "a connector that waits for no step, so that strangers come first",
    edits: [
      {
        file: "plan/containers.ts",
        old: "return connector ? [...needs, ...firstVisitors] : needs;",
        text: "return connector && firstVisitors.length < 0 ? [] : needs;",
      },
    ],
    caughtBy: { broken: ["P14"], words: "and somebody came before our step" },
  },
  {
    bug: "files whose secrets are not treated as secrets",
    edits: [
      {
        file: "components/container.ts",
        old: 'import type * as pulumi from "@pulumi/pulumi";',
        text: 'import * as pulumi from "@pulumi/pulumi";',
      },
      {
        file: "components/container.ts",
        old: "content: toInput(content, lookup),",
        text: "content: pulumi.unsecret(pulumi.output(toInput(content, lookup))),",
      },
    ],
    caughtBy: { broken: ["P5"], words: "is not declared to carry one" },
  },
];
