import { defineConfig } from "vitest/config";

// Package tests stand beside their package, whole-system tests in test/. Everything is built before.
export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
