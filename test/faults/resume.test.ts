import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

/** Small enough to train in seconds, checkpointed often enough to be caught in the middle. */
const pipeline = {
  dataset: { name: "glyphs", train: 600, test: 100 },
  model: { name: "gumbel-vae", hidden: [64], featureSize: 32, zSize: 8 },
  train: { seeds: 2, epochs: 12, batchSize: 50, restarts: { count: 2, epochs: 2 } },
};

const digests = async (workspace: TestWorkspace): Promise<unknown> =>
  (
    JSON.parse(await readFile(join(workspace.artifacts, "train", "manifest.json"), "utf8")) as {
      files: unknown;
    }
  ).files;

describe("training that is killed", () => {
  const whole = new TestWorkspace(pipeline);
  let expected: unknown;

  beforeAll(async () => {
    await whole.runAll("plan", "ingest", "train");
    expected = await digests(whole);
  }, 120_000);
  afterAll(() => whole.remove());

  test("run again from nothing, it writes the same bytes", async () => {
    await whole.runAll("train");
    expect(await digests(whole)).toEqual(expected);
  }, 60_000);

  test("killed at random moments and started again, it ends with the same bytes", async () => {
    const workspace = new TestWorkspace(pipeline);
    await workspace.runAll("plan", "ingest");
    let kills = 0;
    let resumed = 0;
    for (let attempt = 0; attempt < 30; attempt++) {
      // Long enough to load the engine and do some steps, at a different place each time.
      const { code, signal, output } = await workspace.run("train", {
        killAfter: 2500 + Math.random() * 2500,
        env: { GUMBEL_CHECKPOINT_SECONDS: "0.2" },
      });
      if (output.includes("resumes from its checkpoint")) resumed++;
      if (signal === "SIGKILL") {
        kills++;
        continue;
      }
      expect(code, output).toBe(0);
      break;
    }
    expect(kills).toBeGreaterThan(0);
    expect(resumed).toBeGreaterThan(0);
    expect(await digests(workspace)).toEqual(expected);
    workspace.remove();
  }, 240_000);
});
