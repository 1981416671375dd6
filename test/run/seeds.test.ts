/** Some seeds at a time: the same runs as all at once, one record of them, and none trained twice. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { joined, type RunRecord, readFinishedRun } from "@gumbel/records";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

const workspace = new TestWorkspace({
  dataset: { name: "moons", n: 60 },
  model: { name: "vae", hidden: [8], latentSize: 2 },
  train: { seeds: 3, epochs: 2, batchSize: 20 },
});
afterAll(() => workspace.remove());

const checkpoints = join(workspace.artifacts, "scratch", "train");
/** Deletes the finished runs, so that they are trained again. */
const forget = ({ artifacts }: TestWorkspace): void =>
  rmSync(join(artifacts, "scratch", "finished"), { recursive: true });
const weights = (seed: number): Buffer =>
  readFileSync(join(workspace.artifacts, "train", `seed-${seed}`, "weights.safetensors"));

/** Runs every stage and reads the results. */
async function runOf(seeds: string): Promise<RunRecord> {
  for (const stage of ["plan", "ingest", "train", "extract", "evaluate"]) {
    const { code, output } = await workspace.run(stage, { env: { GUMBEL_SEEDS: seeds } });
    expect(code, output).toBe(0);
  }
  return (await readFinishedRun(workspace.folder, "x"))!;
}

let all: RunRecord;
let last: RunRecord;
let weightsOfAll: Buffer;
beforeAll(async () => {
  all = await runOf("");
  weightsOfAll = weights(2);
  mkdirSync(join(checkpoints, "seed-0"), { recursive: true });
  forget(workspace);
  last = await runOf("2");
}, 180_000);

test("a seed trained by itself has the same weights and figures as among others", () => {
  expect(weights(2)).toEqual(weightsOfAll);
  expect(last.runs).toEqual([all.runs[2]]);
  expect(last.config).toEqual(all.config);
});

test("checkpoints of other seeds stay", () => {
  expect(existsSync(join(checkpoints, "seed-0"))).toBe(true);
  expect(existsSync(join(checkpoints, "seed-2"))).toBe(false);
});

test("the record of some seeds is joined with the others', and then equals the record of all", async () => {
  forget(workspace);
  const together = joined(last, await runOf("0,1"))!;
  expect(together.runs).toEqual(all.runs);
  expect(together.summary).toEqual(all.summary);
  expect(together.made.map(({ seeds }) => seeds)).toEqual([[2], [0, 1]]);
}, 120_000);

test("a seed that is not in the pipeline is named", async () => {
  const { code, output } = await workspace.run("plan", { env: { GUMBEL_SEEDS: "1,7" } });
  expect(code).toBe(1);
  expect(output).toMatch(/"7" is no seed of this pipeline/);
  expect(output).toMatch(/some of 0,1,2/);
});

describe("a finished run", () => {
  const few = {
    dataset: { name: "moons", n: 60 },
    model: { name: "auxiliary-clustering", hidden: [8], featureSize: 4 },
    labels: { count: 4 },
    train: { seeds: 3, epochs: 2, batchSize: 20, labelledPerBatch: 4 },
  };
  const again = new TestWorkspace(few);
  afterAll(() => again.remove());

  /** Trains these seeds and returns the seconds that each took when it was trained. */
  async function secondsOf(seeds: string): Promise<Record<string, number>> {
    for (const stage of ["plan", "ingest", "train"]) {
      const { code, output } = await again.run(stage, { env: { GUMBEL_SEEDS: seeds } });
      expect(code, output).toBe(0);
    }
    const run = JSON.parse(readFileSync(join(again.artifacts, "train", "run.json"), "utf8")) as {
      facts: { secondsBySeed: Record<string, number> };
    };
    return run.facts.secondsBySeed;
  }
  const weightsOf = (seed: number): Buffer =>
    readFileSync(join(again.artifacts, "train", `seed-${seed}`, "weights.safetensors"));

  let three: Record<string, number>;
  let first: Buffer;
  beforeAll(async () => {
    three = await secondsOf("");
    first = weightsOf(0);
  }, 120_000);

  test("is used as it is: GUMBEL_SEEDS=0 after three trains none, and a fourth seed trains the fourth", async () => {
    expect(await secondsOf("0")).toEqual({ 0: three[0] });
    expect(weightsOf(0)).toEqual(first);
    again.configure({ ...few, train: { ...few.train, seeds: 4 } });
    const four = await secondsOf("");
    expect(four).toEqual({ ...three, 3: expect.any(Number) });
    expect(existsSync(join(again.artifacts, "train", "seed-3", "weights.safetensors"))).toBe(true);
  }, 120_000);

  test("is trained again if its files or its settings have changed", async () => {
    appendFileSync(join(again.artifacts, "scratch", "finished", "seed-1", "weights.safetensors"), "x");
    const repaired = await secondsOf("0,1");
    expect(repaired[0]).toBe(three[0]);
    expect(repaired[1]).not.toBe(three[1]);
    again.configure({ ...few, train: { ...few.train, batchSize: 30 } });
    expect((await secondsOf("0"))[0]).not.toBe(three[0]);
  }, 120_000);
});
