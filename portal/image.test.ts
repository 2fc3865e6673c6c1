import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { portalFiles } from "../plan/portal-files.ts";
import { input } from "./testing/examples.ts";

/* Building the image needs Docker; what can be wrong in the text of its file is found without. */
const dockerfile = readFileSync(join(import.meta.dirname, "Dockerfile"), "utf8");
const copied = [...dockerfile.matchAll(/^COPY (.+) (\S+)$/gm)].flatMap(([, sources = "", target = ""]) =>
  sources.split(" ").map((source) => ({ source, target })),
);
const configurations = readdirSync(join(import.meta.dirname, "nginx"));

test("the base image can be given, its default is pinned, and nothing runs as root", () => {
  expect(dockerfile).toMatch(/^ARG NGINX_IMAGE=nginx:\d+\.\d+(\.\d+)?-alpine$/m);
  expect(dockerfile).toMatch(/^FROM \$\{NGINX_IMAGE\}$/m);
  expect(dockerfile.trim().split("\n").at(-1)).toBe("USER nginx");
});

test("everything that is copied exists, and every configuration file is copied", () => {
  for (const { source } of copied) expect(existsSync(join(import.meta.dirname, source)), source).toBe(true);
  const sources = copied.map(({ source }) => source);
  for (const name of configurations) expect(sources).toContain(`nginx/${name}`);
  expect(copied).toContainEqual({ source: "public/", target: "/usr/share/nginx/html/" });
});

test("every include is a file of the image, of nginx itself, or of the deployment", () => {
  const uploaded = Object.keys(portalFiles(input()));
  const inImage = copied.map(({ source, target }) =>
    target.endsWith("/") ? target + source.replace("nginx/", "") : target,
  );
  const present = new Set([...uploaded, ...inImage, "/etc/nginx/mime.types"]);
  const includes = configurations.flatMap((name) => [
    ...readFileSync(join(import.meta.dirname, "nginx", name), "utf8").matchAll(/^\s*include (\S+);/gm),
  ]);
  expect(includes.length).toBeGreaterThan(4);
  for (const [, path] of includes) expect([...present]).toContain(`/etc/nginx/${path}`);
});

test("nothing is written outside /tmp", () => {
  const text = configurations
    .map((name) => readFileSync(join(import.meta.dirname, "nginx", name), "utf8"))
    .join();
  const written = [...text.matchAll(/(?:_temp_path|_cache_path|^pid) (\S+?);?\s/gm)].map(([, path]) => path);
  expect(written).toHaveLength(7);
  for (const path of written) expect(path).toMatch(/^\/tmp\//);
});
