import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

/** Small enough to train in seconds, checkpointed often enough to be caught in the middle. */
const pipeline = {
  dataset: { name: "glyphs", train: 1200, test: 100 },
  model: {
    name: "gumbel-vae",
    hidden: [64],
    featureSize: 32,
    zSize: 8,
    // A phase of its own, then a term that fades over the whole main phase: every resumed run needs its state.
    autoencoderStart: { epochs: 15, fadeEpochs: 30 },
  },
  train: {
    seeds: 2,
    epochs: 25,
    batchSize: 50,
    restarts: { count: 2, epochs: 2 },
    snapshots: { at: [1, 52, 100, 200, 333, 500, 650], unit: "step", examples: 100 },
  },
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
    // The runs that are done would be taken as they are.
    await rm(join(whole.artifacts, "scratch"), { recursive: true });
    await whole.runAll("train");
    expect(await digests(whole)).toEqual(expected);
  }, 120_000);

  test("killed at random moments and started again, it ends with the same bytes", async () => {
    const workspace = new TestWorkspace(pipeline);
    await workspace.runAll("plan", "ingest");
    // Once before there is a checkpoint, as a rule; then four times at a random moment after a new one was written.
    const moments = [
      () => setTimeout(Math.random() * 1000),
      ...Array(4).fill(() => afterCheckpoint(workspace)),
    ];
    let resumed = 0;
    for (const moment of moments) {
      const { code, signal, output } = await workspace.run("train", {
        kill: moment(),
        env: { GUMBEL_CHECKPOINT_SECONDS: "0.2" },
      });
      if (output.includes("resumes from its checkpoint")) resumed++;
      if (signal === "SIGKILL") continue;
      expect(code, output).toBe(0);
      break;
    }
    expect(resumed).toBeGreaterThan(0);
    await workspace.runAll("train");
    expect(await digests(workspace)).toEqual(expected);
    workspace.remove();
  }, 240_000);
});

/** Resolves at a random moment after training has written a checkpoint that was not there when this was called. */
async function afterCheckpoint(workspace: TestWorkspace): Promise<void> {
  const scratch = join(workspace.artifacts, "scratch", "train");
  const began = Date.now();
  const newest = async (): Promise<number> => {
    const names = await readdir(scratch, { recursive: true }).catch(() => []);
    const times = names
      .filter((name) => name.endsWith(".safetensors"))
      .map((name) =>
        stat(join(scratch, name)).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      );
    return Math.max(0, ...(await Promise.all(times)));
  };
  while ((await newest()) < began && Date.now() - began < 30_000) await setTimeout(10);
  await setTimeout(Math.random() * 300);
}
