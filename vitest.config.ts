import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Whole-system tests first: the long ones would else be the last, each alone. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isWhole = ({ moduleId }: TestSpecification): boolean => !moduleId.includes("/packages/");
    const sorted = await super.sort(files);
    return [...sorted.filter(isWhole), ...sorted.filter((file) => !isWhole(file))];
  }
}

/** The engine's tests load it from its sources, so none shares a process with tests of what it was built into. */
const engineTests = "packages/engine/test/**/*.test.ts";

// Package tests stand beside their package, whole-system tests in test/. Everything is built before.
export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "engine", include: [engineTests] } },
      {
        extends: true,
        test: {
          name: "all other",
          include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, engineTests],
          // Modules are loaded once per worker: half the time of files with few tests.
          isolate: false,
        },
      },
    ],
    // Many tests wait for programs, browsers and kills: one more than there are cores. Times are limits for what hangs.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    sequence: { sequencer: LongFirst },
  },
});
