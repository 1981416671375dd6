import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stream } from "@gumbel/random";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawSeed, TestWorkspace } from "../workspace.js";

/** Small enough to train in seconds, checkpointed often enough to be caught in the middle. */
const pipeline = {
  dataset: { name: "glyphs", train: 1200, test: 100 },
  model: {
    name: "gumbel-vae",
    hidden: [64],
    featureSize: 32,
    zSize: 8,
    // A phase of its own, then a term that fades over the main phase: every resumed run needs its state.
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
    // Otherwise finished runs would be used as they are.
    await rm(join(whole.artifacts, "scratch"), { recursive: true });
    await whole.runAll("train");
    expect(await digests(whole)).toEqual(expected);
  }, 120_000);

  test("killed at random moments and started again, it ends with the same bytes", async () => {
    const workspace = new TestWorkspace(pipeline);
    await workspace.runAll("plan", "ingest");
    const random = stream(drawSeed(), "kills");
    // Once before the first checkpoint, as a rule; then four times shortly after a new one was written.
    const kills = [
      () => sleep(random.int(1000)),
      ...Array(4).fill(async (ended: AbortSignal) => {
        await newCheckpoint(workspace, ended);
        await sleep(random.int(300));
      }),
    ];
    let resumed = 0;
    for (const kill of kills) {
      const { code, signal, output } = await workspace.run("train", {
        kill,
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

/** Resolves when training has written a new checkpoint, or has ended. */
async function newCheckpoint(workspace: TestWorkspace, ended: AbortSignal): Promise<void> {
  const scratch = join(workspace.artifacts, "scratch", "train");
  const checkpoints = async (): Promise<string> => {
    const names = await readdir(scratch, { recursive: true }).catch(() => []);
    const files = names.filter((name) => name.endsWith(".checkpoint")).sort();
    const times = files.map((name) => stat(join(scratch, name)).catch(() => undefined));
    return files.join() + (await Promise.all(times)).map((found) => found?.mtimeMs).join();
  };
  const before = await checkpoints();
  while (!ended.aborted && (await checkpoints()) === before) await sleep(10);
}
