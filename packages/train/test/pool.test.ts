/** Workers that train several seeds write what workers of one seed each write, and end when they should. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TrainPlan } from "@gumbel/config";
import { engineToUse } from "@gumbel/engine";
import { loadSystem } from "@gumbel/models";
import { threeClouds } from "@gumbel/models/testing";
import { ExamplesWriter } from "@gumbel/tables";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "../src/job.js";
import { type PoolOptions, runJobs } from "../src/pool.js";

const worker = new URL("../dist/worker.js", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "gumbel-pool-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = 60;
const d = 16;
const data = join(folder, "data.arrow");
beforeAll(() => {
  const writer = new ExamplesWriter(data, {
    ...{
      name: "clouds",
      title: "Clouds",
      kind: "image",
      shape: [4, 4, 1],
      scale: 1,
      offset: 0,
      range: "unit",
    },
    ...{ classes: ["a", "b", "c"], source: "drawn" },
  });
  writer.write({
    features: threeClouds(d, 0.05).all(),
    labels: Int32Array.from({ length: rows }, (_, row) => row % 3),
    split: new Uint8Array(rows),
    index: Uint32Array.from({ length: rows }, (_, row) => row),
  });
  writer.close();
});

/** Jobs of three seeds, whose outputs and checkpoints lie in a folder. */
async function jobsOf(model: string, name: string): Promise<Job[]> {
  const system = await loadSystem(model);
  const { batchSize: _, epochs, labelledPerBatch = 0, optimizer } = system.training;
  const options = system.optionsSchema.parse(system.small) as TrainPlan["options"];
  const plan = {
    ...{ model, options, optimizer, labelledPerBatch, seed: 0, seeds: [0, 1, 2], split: "all" },
    threads: 1,
    ...{ epochs: Math.min(2, epochs), batchSize: 24, pretrainedFrom: null },
    ...{ engine: await engineToUse(() => {}) },
    restarts: { count: 1, epochs: 1 },
    snapshots: { at: [1], unit: "epoch", examples: 6 },
  } as unknown as TrainPlan;
  const labelled = labelledPerBatch > 0 ? Array.from({ length: 12 }, (_, row) => row) : [];
  return plan.seeds.map((seed) => {
    const at = (file: string): string => join(folder, name, `seed-${seed}`, file);
    return {
      ...{ plan, seed, data, labelled, foundClusters: null, system: null, pretrained: null, key: "a" },
      ...{ scratch: at("scratch"), live: join(folder, name, "live") },
      ...{ weights: at("weights"), metrics: at("metrics"), events: at("events"), snapshots: at("snapshots") },
    };
  });
}

const unpaused = new AbortController().signal;
const run = (jobs: Job[], options: Partial<PoolOptions> = {}) =>
  runJobs(jobs, { worker, workers: 3, progress() {}, save: async () => {}, pause: unpaused, ...options });
const written = (jobs: Job[]) =>
  jobs.map(({ weights, metrics, events, snapshots }) =>
    [weights, metrics, events, snapshots].map((file) => existsSync(file) && readFileSync(file, "base64")),
  );

test.each(["kmeans", "gumbel-vae", "dec"])(
  "three seeds of %s in one worker have the same bytes as in three workers of one seed each",
  async (model) => {
    const together = await jobsOf(model, `${model}-together`);
    const apart = await jobsOf(model, `${model}-apart`);
    const done = await run(together, { workers: 1 });
    const single = await run(apart, { workers: 3 });
    expect(written(together)).toEqual(written(apart));
    expect(new Set(written(together).map(([weights]) => weights)).size).toBe(3);
    const figures = (all: typeof done) =>
      all.map(({ seed, run, parameters }) => ({ seed, run, parameters })).sort((a, b) => a.seed - b.seed);
    expect(figures(done)).toEqual(figures(single));
  },
);

test("a seed of two threads has the same bytes each time", async () => {
  const twice = await Promise.all(
    ["once", "again"].map(async (name) => {
      const [job] = await jobsOf("gumbel-vae", `threads-${name}`);
      const jobs = [{ ...job!, plan: { ...job!.plan, threads: 2 } }];
      await run(jobs);
      return written(jobs);
    }),
  );
  expect(twice[0]).toEqual(twice[1]);
});

test("a worker that is paused in its second seed writes a checkpoint of it", async () => {
  const [first, second] = await jobsOf("gumbel-vae", "paused");
  // Longer than any test.
  const long = { ...second!, plan: { ...second!.plan, epochs: 100_000 } };
  const pause = new AbortController();
  const progress = (seed: number): void => {
    if (seed === long.seed) pause.abort();
  };
  await expect(run([first!, long], { workers: 1, progress, pause: pause.signal })).rejects.toThrow("paused");
  expect(existsSync(first!.weights)).toBe(true);
  expect(existsSync(join(long.scratch, "start-0.checkpoint"))).toBe(true);
});

/** A worker that says in its output which process trained which seed. */
const pretending = join(folder, "worker.mjs");
writeFileSync(
  pretending,
  `import { writeFileSync } from "node:fs";
let trained = 0;
process.on("message", (job) => {
  writeFileSync(job.weights, String(process.pid));
  if (job.seed === job.plan.fails) process.exit(7);
  trained++;
  process.send({ kind: "done", seed: job.seed, peakRssBytes: 100 * (1 + (trained - 1) * job.plan.growth) });
});
process.on("disconnect", () => process.exit());
`,
);

/** The process that trained each of four seeds, of one worker at a time. */
async function processesOf(plan: { growth: number; fails?: number }, pause?: AbortController) {
  const jobs = [0, 1, 2, 3].map(
    (seed) =>
      ({ plan, seed, scratch: join(folder, "none"), weights: join(folder, `pid-${seed}`) }) as unknown as Job,
  );
  for (const { weights } of jobs) rmSync(weights, { force: true });
  const result = run(jobs, {
    ...{ worker: pathToFileURL(pretending), workers: 1 },
    ...(pause && { pause: pause.signal, save: async ({ seed }) => (seed === 1 ? pause.abort() : undefined) }),
  });
  const failure = await result.then(
    () => null,
    (error: Error) => error,
  );
  const pids = jobs.map(({ weights }) => (existsSync(weights) ? readFileSync(weights, "utf8") : null));
  return { failure, distinct: pids.map((pid) => pid && pids.indexOf(pid)) };
}

test("a worker is replaced when its memory is more than 1.5 times what its first seed took", async () => {
  expect((await processesOf({ growth: 0.1 })).distinct).toEqual([0, 0, 0, 0]);
  expect((await processesOf({ growth: 0.3 })).distinct).toEqual([0, 0, 0, 3]);
});

test("a seed that fails is named, and none is trained after it", async () => {
  const { failure, distinct } = await processesOf({ growth: 0, fails: 1 });
  expect(failure?.message).toMatch(/training stopped \(exit code 7\)[\s\S]*seed 1/);
  expect(distinct).toEqual([0, 0, null, null]);
});

test("a pause between two seeds trains no other one", async () => {
  const { failure, distinct } = await processesOf({ growth: 0 }, new AbortController());
  expect(failure?.message).toContain("training is paused");
  expect(distinct).toEqual([0, 0, null, null]);
});
