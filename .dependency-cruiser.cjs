// Imports point one way: index → components → plan → catalogue, settings.
// `formats` are a leaf that everybody may use: the languages of other programs, each with one parser.
// `application-facts` know nothing of ours but what strangers meet. `promises` know only Observed; `rehearsal` and `operations` may import anything, nothing imports them.
const only = (folder, allowed) => ({
  name: `${folder}-imports`,
  severity: "error",
  comment: `${folder}/ may import only itself${allowed.length ? ` and ${allowed.join(", ")}` : ""} of this repository.`,
  from: { path: `^${folder}/`, pathNot: "\\.test\\.ts$" },
  to: {
    path: "^[^/]+",
    pathNot: [
      `^(${[folder, ...allowed].join("|")})/`,
      "^node_modules/",
      "/node_modules/",
      "^(node:)?[a-z_/]+$",
    ],
    dependencyTypesNot: ["core", "npm", "npm-dev"],
  },
});

module.exports = {
  forbidden: [
    only("formats", []),
    // The rules by which the metrics API judges its values, which are settings first: one validator for one value.
    only("settings", ["formats", "metrics-api/src/configuration/rules"]),
    only("metrics-api/src/configuration/rules", []),
    only("catalogue", ["settings", "formats"]),
    only("plan", ["catalogue", "settings", "formats"]),
    only("components", ["plan", "catalogue", "settings", "formats"]),
    only("promises", ["formats"]),
    only("metrics-api", []),
    only("application-facts", []),
    {
      name: "index-imports",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: "^(promises|application-facts|rehearsal|operations|metrics-api|portal)/" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-pulumi-in-the-plan",
      severity: "error",
      comment: "The plan is plain data; a Pulumi Output belongs in the components.",
      from: { path: "^(formats|settings|catalogue|plan|promises)/" },
      to: { path: "@pulumi/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Packages stay in the picture, or the rule about Pulumi below could never fire.
    exclude: { path: "(^|/)dist/|^portal/public/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".mjs", ".js", ".json"] },
  },
};
