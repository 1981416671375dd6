import { defineConfig } from "vitest/config";

// Package tests stand beside their package, whole-system tests in test/. Everything is built before.
export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    // Most tests wait for programs that they start. Times are limits for what hangs, not measurements.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
