/** Some seeds at a time: the same runs as all at once, and one record of them. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { joined, type RunRecord, readFinishedRun } from "@gumbel/records";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

const workspace = new TestWorkspace({
  dataset: { name: "moons", n: 60 },
  model: { name: "vae", hidden: [8], latentSize: 2 },
  train: { seeds: 3, epochs: 2, batchSize: 20 },
});
afterAll(() => workspace.remove());

const checkpoints = join(workspace.artifacts, "scratch", "train");
const weights = (seed: number): Buffer =>
  readFileSync(join(workspace.artifacts, "train", `seed-${seed}`, "weights.safetensors"));

/** Runs every stage and reads what they found. */
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
  last = await runOf("2");
}, 180_000);

test("a seed by itself has the weights and figures that it has among others", () => {
  expect(weights(2)).toEqual(weightsOfAll);
  expect(last.runs).toEqual([all.runs[2]]);
  expect(last.config).toEqual(all.config);
});

test("checkpoints of seeds that were not asked for stay", () => {
  expect(existsSync(join(checkpoints, "seed-0"))).toBe(true);
  expect(existsSync(join(checkpoints, "seed-2"))).toBe(false);
});

test("the record of some seeds takes in the others, and then says what the record of all says", async () => {
  const together = joined(last, await runOf("0,1"))!;
  expect(together.runs).toEqual(all.runs);
  expect(together.summary).toEqual(all.summary);
  expect(together.made.map(({ seeds }) => seeds)).toEqual([[2], [0, 1]]);
}, 120_000);

test("a seed that the pipeline does not have is named", async () => {
  const { code, output } = await workspace.run("plan", { env: { GUMBEL_SEEDS: "1,7" } });
  expect(code).toBe(1);
  expect(output).toMatch(/"7" is no seed of this pipeline/);
  expect(output).toMatch(/some of 0,1,2/);
});
