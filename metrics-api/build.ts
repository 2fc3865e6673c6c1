import { build } from "esbuild";

// One file for what always runs and one for each part that is loaded when it is first asked for. CommonJS
// dependencies call require() for Node's own modules, which an ES module does not have by itself.
await build({
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "esm",
  banner: {
    js: 'import{createRequire as createRequireOfNode}from"node:module";const require=createRequireOfNode(import.meta.url);',
  },
  legalComments: "none",
});
