/** Snapshots, accuracy and NMI during training. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainPlan } from "@gumbel/config";
import { startEngine } from "@gumbel/engine";
import { loadSystem, type Model } from "@gumbel/models";
import { trainingDataOf } from "@gumbel/models/testing";
import { stream } from "@gumbel/random";
import { readSnapshots, type Snapshots } from "@gumbel/tables";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeDuringTraining } from "../src/encoding.js";
import { train } from "../src/loop.js";
import { Monitor } from "../src/monitor.js";
import { SnapshotTaker } from "../src/snapshots.js";

const n = 60;
const d = 6;
let folder: string;
beforeAll(async () => {
  await startEngine();
  folder = await mkdtemp(join(tmpdir(), "gumbel-snapshots-"));
});
afterAll(() => rm(folder, { recursive: true }));

const data = trainingDataOf(stream(0, "examples").fill("uniform", n * d), d);
const classes = Int32Array.from({ length: n }, (_, row) => row % 3);
/** The training data is every second row of the file. */
const rowsOfFile = Uint32Array.from({ length: n }, (_, row) => 2 * row);

async function run(
  name: string,
  options: object,
  snapshots: Partial<TrainPlan["snapshots"]>,
  epochs = 4,
): Promise<{ model: Model; taken: Snapshots | undefined; accuracy: (number | null)[] }> {
  const system = await loadSystem(name);
  const model = system.build({
    options: system.optionsSchema.parse(options),
    data: { shape: [d], d, range: "unit", classes: 3, foundClusters: null, examples: n, labelled: 0 },
    schedule: { ...system.training, epochs, batchSize: 20 },
    random: (...names) => stream(0, ...names),
  });
  const at = await mkdtemp(join(folder, "run-"));
  const plan = { at: [1, 2, 4, 9], unit: "epoch" as const, examples: 20, ...snapshots };
  const taker = new SnapshotTaker(plan, join(at, "scratch"), data, rowsOfFile, classes);
  const history = await train({
    model,
    data,
    labels: new Int32Array(n).fill(-1),
    seed: 0,
    start: 0,
    pretrained: false,
    checkpoint: join(at, "checkpoint"),
    key: "a",
    checkpointSeconds: Number.POSITIVE_INFINITY,
    monitor: new Monitor({ data, classes }),
    snapshots: taker,
    progress() {},
    interrupted: () => false,
  });
  const path = join(at, "snapshots.arrow");
  const wrote = await taker.writeAll(path);
  return {
    model,
    taken: wrote ? await readSnapshots(path) : undefined,
    accuracy: history.map(({ accuracy }) => accuracy),
  };
}

const small = { hidden: [8], featureSize: 5, zSize: 2 };

test("each moment has a snapshot of evenly spaced examples, the last one encoded by the trained model", async () => {
  const { model, taken } = await run("gumbel-vae", small, {});
  expect(taken!.unit).toBe("epoch");
  expect(taken!.moments.map(({ at }) => at)).toEqual([1, 2, 4]);
  expect([...taken!.index]).toEqual(Array.from({ length: 20 }, (_, i) => 6 * i));
  expect([...taken!.label]).toEqual(Array.from({ length: 20 }, () => 0));
  const last = taken!.moments.at(-1)!;
  const rows = Uint32Array.from({ length: 20 }, (_, i) => 3 * i);
  expect(encodeDuringTraining(model, data, rows)).toEqual({
    cluster: last.cluster,
    latent: last.latent,
    probabilities: last.probabilities,
    pseudoLabel: null,
  });
  expect(last.latent.values).not.toEqual(taken!.moments[0]!.latent.values);
});

test("moments may be steps; here an epoch has three", async () => {
  const byStep = (await run("gumbel-vae", small, { unit: "step", at: [1, 3, 12, 13] })).taken!;
  const byEpoch = (await run("gumbel-vae", small, { at: [1, 4] })).taken!;
  expect(byStep.moments.map(({ at }) => at)).toEqual([1, 3, 12]);
  expect(byStep.moments.slice(1).map(({ latent }) => latent)).toEqual(
    byEpoch.moments.map(({ latent }) => latent),
  );
});

test("snapshots do not change the trained weights", async () => {
  const weights = async (at: number[]) => (await run("gumbel-vae", small, { at })).model.parameters.save();
  expect(await weights([1, 2, 3, 4])).toEqual(await weights([]));
});

test("a system that finds its clusters at the end has none in its snapshots, and no accuracy per epoch", async () => {
  const { taken, accuracy } = await run("ae-kmeans", { hidden: [8], latentSize: 2 }, {});
  expect(taken!.moments.map(({ cluster }) => new Set(cluster))).toEqual(Array(3).fill(new Set([-1])));
  expect(taken!.moments[0]!.probabilities).toBeNull();
  expect(taken!.moments[0]!.latent.width).toBe(2);
  expect(accuracy).toEqual([null, null, null, null]);
});

test("snapshots of N2D have the autoencoder's latent, since the manifold is found after training", async () => {
  const { taken } = await run("n2d", { hidden: [8], latentSize: 4, dimensions: 2 }, {});
  expect(taken!.moments[0]!.latent.width).toBe(4);
});

test.each(["kmeans", "gmm"])("%s has no epochs and no snapshots", async (name) => {
  expect((await run(name, {}, {}, 0)).taken).toBeUndefined();
});

test("snapshots have the clusters of k-means on the latent, from the first clustering during training on", async () => {
  const clusterWhileLearning = { method: "kmeans", startEpochs: 2, interval: 1 };
  const { taken, accuracy } = await run(
    "ae-kmeans",
    { hidden: [8], latentSize: 2, clusterWhileLearning },
    { at: [1, 2] },
    2,
  );
  // Two epochs of reconstruction only, then two of the main phase, which begins with a clustering.
  expect(accuracy.map((value) => value === null)).toEqual([true, true, false, false]);
  expect(taken!.moments.map(({ cluster }) => Math.min(...cluster) >= 0)).toEqual([true, true]);
});
