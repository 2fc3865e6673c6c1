// Started by cleanup.test.ts: `hanging-up.ts ENGINE STACK_FILES` runs an up whose only create never ends.
import * as pulumi from "@pulumi/pulumi";
import { type Provider, ProviderError } from "../../provider/provider.ts";
import { serveProviders } from "../../provider/server.ts";
import { openEngine } from "../engine.ts";
import { locksOf } from "../locks.ts";

const [command = "", stackFilesDir = ""] = process.argv.slice(2);
const refuse = async () => {
  throw new ProviderError("not in this test");
};

const hanging: Provider = {
  check: async ({ news }) => ({ inputs: news, failures: [] }),
  create: () => {
    const [lock] = locksOf(session.folders.state, "kitestacks", "kscloud1");
    console.log(JSON.stringify({ folder: session.folders.root, pid: lock?.pid }));
    return new Promise(() => undefined);
  },
  diff: refuse,
  read: refuse,
  update: refuse,
  delete: refuse,
  invoke: refuse,
};

const server = await serveProviders({ hanging });
const session = await openEngine({
  engine: { command, version: "3.250.0", source: "path" },
  stackFilesDir,
  debugProviders: server.debugProviders,
  program: async () => {
    class Host extends pulumi.ProviderResource {}
    class Thing extends pulumi.CustomResource {}
    new Thing("hanging:index:Thing", "thing", {}, { provider: new Host("hanging", "host") });
  },
});
const stack = await session.stack("kscloud1");
// It fails when the engine is ended; how this process ends is what the test looks at.
await stack.up().catch(() => undefined);
