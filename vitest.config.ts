import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A test that runs `npm test` itself, as a workflow does, takes a part: the whole is what it is a part of.
    include: process.env["KITESTACKS_TEST_FILES"]?.split(",") ?? ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    globalSetup: "rehearsal/scenarios/shared-folder.ts",
    // Two cores: more workers only make the engine scenarios wait for each other.
    maxWorkers: 2,
    // Patience for a machine that does other things besides: with the defaults (a poll ends after 1 s, a hook after
    // 10 s) pages in a browser and processes that start were called broken under load.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
