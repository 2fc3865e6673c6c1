import { defineConfig } from "vitest/config";

/** `npm run test:real`: what only holds if heavy real servers say so; outside `npm test`. */
export default defineConfig({
  test: { include: ["operations/real/*.real.ts"], testTimeout: 120_000, hookTimeout: 600_000, maxWorkers: 1 },
});
