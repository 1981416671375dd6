/**
 * Stages that are killed at random moments: the stage with its workers as by a power cut, the stage alone, or one worker. Run again,
 * each ends with the bytes of an undisturbed run. GUMBEL_TEST_KILLS=100 kills so often; GUMBEL_TEST_SEED repeats the order.
 */
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stream } from "@gumbel/random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childrenOf, drawSeed, killed, powerCut, TestWorkspace } from "../workspace.js";

const kills = Number(process.env.GUMBEL_TEST_KILLS ?? 6);
const random = stream(drawSeed(), "kills");
const pick = <T>(choices: readonly T[]): T => choices[random.int(choices.length)]!;

/** Small enough to train in seconds, checkpointed often enough to be caught in the middle. */
const pipeline = {
  dataset: { name: "glyphs", train: 600, test: 60 },
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
    snapshots: { at: [1, 26, 50, 100, 170, 250, 325], unit: "step", examples: 50 },
  },
};
const stages = ["plan", "ingest", "train", "extract", "evaluate", "report"];

const whole = new TestWorkspace(pipeline);
const workspace = new TestWorkspace(pipeline);
afterAll(() => {
  whole.remove();
  workspace.remove();
});

/** The digest of every file that a stage wrote, but of those that tell how long it took; of plan, which has no manifest, the plans. */
function digests({ artifacts }: TestWorkspace, stage: string): unknown {
  const folder = join(artifacts, stage);
  if (stage !== "plan") {
    const text = readFileSync(join(folder, "manifest.json"), "utf8");
    const { files } = JSON.parse(text) as { files: { name: string }[] };
    return files.filter(({ name }) => name !== "index.html" && name !== "report.json");
  }
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, readFileSync(join(folder, name), "utf8")]);
}

/** Milliseconds that each stage takes undisturbed. */
const durations: Record<string, number> = {};
beforeAll(async () => {
  for (const stage of stages) {
    const began = performance.now();
    await whole.runAll(stage);
    durations[stage] = performance.now() - began;
  }
  await workspace.runAll(...stages);
}, 240_000);

/** Forgets checkpoints and finished seeds, so that the next training starts from nothing. */
const forget = ({ artifacts }: TestWorkspace): void =>
  rmSync(join(artifacts, "scratch"), { recursive: true, force: true });

test("run again from nothing, training writes the same bytes", async () => {
  forget(whole);
  await whole.runAll("train");
  expect(digests(whole, "train")).toEqual(digests(workspace, "train"));
}, 120_000);

/** Resolves when training has written a new checkpoint, or has ended. */
async function newCheckpoint(ended: AbortSignal): Promise<void> {
  const checkpoints = (): string => {
    try {
      const files = workspace.checkpoints();
      return files.map((path) => `${path} ${statSync(path).mtimeMs}`).join();
    } catch {
      // A file of the listing has been replaced: look again.
      return "";
    }
  };
  const before = checkpoints();
  while (!ended.aborted && checkpoints() === before) await sleep(10);
}

const cuts = {
  power: powerCut,
  stage: async (pid: number) => killed(pid),
  worker: async (pid: number) => {
    const workers = await childrenOf(pid);
    if (workers.length > 0) killed(pick(workers));
  },
};

test(
  `after each of ${kills} kills a stage that is run again ends with the bytes of an undisturbed run`,
  async () => {
    let resumed = 0;
    for (let i = 0; i < kills; i++) {
      // Training, the longest, every second time.
      const stage = i % 2 === 0 ? "train" : stages[((i - 1) / 2) % stages.length]!;
      const cut = pick(Object.keys(cuts) as (keyof typeof cuts)[]);
      if (stage === "train" && (i === 0 || random.int(2) === 0)) forget(workspace);
      // Shortly after a checkpoint, which is the state that the next run reads, or at any moment.
      const atCheckpoint = stage === "train" && (i === 0 || random.int(2) === 0);
      const { code, signal } = await workspace.run(stage, {
        kill: async (ended) => {
          if (atCheckpoint) await newCheckpoint(ended);
          await sleep(random.int(atCheckpoint ? 300 : durations[stage]!));
        },
        cut: cuts[cut],
        env: { GUMBEL_CHECKPOINT_SECONDS: "0.2" },
      });
      const again = await workspace.run(stage);
      const at = `${i + 1} ${stage} ${cut}: ${signal ?? code}`;
      console.log(at);
      expect(again.code, `${at}\n${again.output}`).toBe(0);
      if (again.output.includes("resumes from its checkpoint")) resumed++;
      expect(digests(workspace, stage), at).toEqual(digests(whole, stage));
    }
    expect(resumed).toBeGreaterThan(0);
  },
  Math.max(300_000, kills * 30_000),
);
