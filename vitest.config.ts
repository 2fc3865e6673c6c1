import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    globalSetup: "rehearsal/scenarios/shared-folder.ts",
    // Two cores: more workers only make the engine scenarios wait for each other.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
