import { Sgd, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model, type TrainingData } from "../src/index.js";
import { drawTriplets, tripletLoss } from "../src/systems/jule.js";

let native = false;
beforeAll(async () => {
  native = (await startEngine()).name === "native";
});

const d = 6;
const over = (all: Float32Array): TrainingData => ({
  n: all.length / d,
  d,
  rows: (rows) =>
    Float32Array.from({ length: rows.length * d }, (_, i) => all[rows[Math.floor(i / d)]! * d + (i % d)]!),
  all: () => all.slice(),
});

/** Three clouds of 30 points in [0, 1]^6. */
const noise = stream(0, "x");
const values = Float32Array.from({ length: 90 * d }, (_, i) => {
  const centre = Math.floor(i / d / 30) === i % 3 ? 0.9 : 0.1;
  return Math.min(1, Math.max(0, centre + 0.05 * noise.normal()));
});
const training = over(values);

async function build(name: string, options: object = {}): Promise<Model> {
  const system = await loadSystem(name);
  return system.build({
    options: system.optionsSchema.parse({ hidden: [12], featureSize: 5, neighbours: 8, ...options }),
    data: { shape: [d], d, range: "unit", classes: 3, examples: 90 },
    random: (...names) => stream(1, ...names),
  });
}

const clustersOf = (model: Model): number[] =>
  tf.tidy(() => [...model.encode(tf.tensor2d(values, [90, d])).cluster.dataSync()]);

/** Trains as the loop does, in batches of 30. */
async function train(model: Model, epochs: number): Promise<number> {
  await model.start?.(training);
  const optimizer = new Sgd(model.parameters, { learningRate: 0.05 });
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    const order = stream(2, epoch).permutation(90);
    for (let offset = 0; offset < 90; offset += 30, step++) {
      if ((await model.beforeStep!({ epoch, offset, step }, training)) === "converged") return epoch;
      const rows = order.subarray(offset, offset + 30);
      const x = tf.tensor2d(training.rows(rows), [30, d]);
      const random = (name: string) => stream(3, step, name);
      optimizer.minimize(() =>
        model.objective!({ x, rows, labels: new Int32Array(30).fill(-1), epoch, random }),
      );
    }
  }
  return epochs;
}

const labelCount = (model: Model): number => new Set(model.state!.get("labels")!.values).size;

describe("triplets", () => {
  const labels = Int32Array.of(0, 1, 0, 2, 1, 0);

  test("are every pair of one cluster, with examples of others", () => {
    const { anchors, positives, negatives } = drawTriplets(labels, 2, stream(0));
    expect(anchors.map((a, i) => [a, positives[i]])).toEqual([
      [0, 2],
      [0, 5],
      [1, 4],
      [2, 5],
    ]);
    negatives.forEach((drawn, pair) => {
      expect(new Set(drawn).size).toBe(2);
      for (const n of drawn) expect(labels[n]).not.toBe(labels[anchors[pair]!]);
    });
  });

  test("have as many negatives as there are, where more are asked for", () => {
    const { negatives } = drawTriplets(labels, 20, stream(0));
    expect(negatives.map((drawn) => [...drawn].sort())).toEqual([
      [1, 3, 4],
      [1, 3, 4],
      [0, 2, 3, 5],
      [1, 3, 4],
    ]);
  });

  test("of one cluster alone, or of clusters of one, are none, and cost nothing", () => {
    for (const lonely of [Int32Array.of(4, 4, 4), Int32Array.of(0, 1, 2)]) {
      const triplets = drawTriplets(lonely, 5, stream(0));
      expect(triplets.anchors).toEqual([]);
      expect(tf.tidy(() => tripletLoss(tf.ones([3, 2]), triplets, 0.2, 1).dataSync()[0])).toBe(0);
    }
  });
});

test("the loss is the mean of max(0, margin + γ d²(a, p) - d²(a, n)): by hand", () => {
  // d²: 0-1 0.8, 0-2 2, 0-3 4, 2-3 2. With γ 1.5 and margin 0.2: 0 (1.4 < 2), 0 (1.4 < 4), 0.2 + 3 - 2 = 1.2.
  const features = tf.tensor2d([1, 0, 0.6, 0.8, 0, 1, -1, 0], [4, 2]);
  const triplets = { batch: 4, anchors: [0, 2], positives: [1, 3], negatives: [[2, 3], [0]] };
  expect(tf.tidy(() => tripletLoss(features, triplets, 0.2, 1.5).dataSync()[0]!)).toBeCloseTo(0.4, 5);
});

describe("the periods", () => {
  test("start from nearest neighbours on the input, and each merges the share η", async () => {
    const model = await build("jule-sf", { unrollingRate: 0.5, periodEpochs: 2 });
    await model.start?.(training);
    const first = labelCount(model);
    expect(first).toBeGreaterThan(8);
    const after = async (epoch: number, offset = 0) => {
      await model.beforeStep!({ epoch, offset, step: epoch }, training);
      return labelCount(model);
    };
    expect(await after(0)).toBe(first);
    expect(await after(1)).toBe(first);
    expect(await after(2, 30)).toBe(first);
    expect(await after(2)).toBe(first - Math.ceil(first / 2));
  });

  test("end the training once K clusters are left", async () => {
    const model = await build("jule-sf", { periodEpochs: 2 });
    expect(await train(model, 20)).toBeLessThan(20);
    expect(labelCount(model)).toBe(3);
  });

  test("examples that are not merged have the cluster of the nearest that is", async () => {
    const model = await build("jule-sf", { examples: 30 });
    await model.start?.(training);
    const labels = model.state!.get("labels")!.values;
    expect(labels).toHaveLength(90);
    const known = new Set(Array.from({ length: 30 }, (_, i) => labels[3 * i]));
    for (const label of labels) expect(known).toContain(label);
  });
});

describe.each(["jule-sf", "jule-rc"])("%s", (name) => {
  test.each([
    ["all", 10_000],
    ["a third", 30],
  ])("finds three clouds, merging %s of the examples", async (_, examples) => {
    const model = await build(name, { periodEpochs: 2, examples });
    await train(model, 20);
    await model.finish?.(training);
    const clusters = clustersOf(model);
    for (const from of [0, 30, 60]) expect(new Set(clusters.slice(from, from + 30)).size).toBe(1);
    expect(new Set(clusters).size).toBe(3);
  });

  test("ends in K clusters even where training stopped early", async () => {
    const model = await build(name);
    await model.start?.(training);
    await model.finish?.(training);
    expect(new Set(clustersOf(model)).size).toBe(3);
  });

  test("has K clusters of equal examples too", async () => {
    const model = await build(name);
    const equal = over(new Float32Array(90 * d).fill(0.5));
    await model.start?.(equal);
    expect(await model.beforeStep!({ epoch: 20, offset: 0, step: 0 }, equal)).toBeUndefined();
    await model.finish?.(equal);
    expect(clustersOf(model).every((cluster) => cluster >= 0 && cluster < 3)).toBe(true);
  });

  test("refuses more clusters than examples, and values that are no numbers", async () => {
    const model = await build(name, { clusters: 91 });
    await expect(model.start?.(training)).rejects.toThrow(/91 clusters cannot be made of 90/);
    const holed = values.slice();
    holed[7] = Number.NaN;
    await expect((await build(name)).start?.(over(holed))).rejects.toThrow(/finite/);
  });
});

test("the final clusters of SF are those of training; RC makes its own", async () => {
  const [sf, rc] = await Promise.all([build("jule-sf"), build("jule-rc")]);
  const labels = Float32Array.from({ length: 90 }, (_, row) => row % 3);
  for (const model of [sf, rc]) {
    model.state!.set("labels", { shape: [90], values: labels });
    await model.finish?.(training);
  }
  expect(clustersOf(sf)).toEqual([...labels]);
  expect(clustersOf(rc)).not.toEqual([...labels]);
});

test("RC from SF's weights is RC after a training of its own", async () => {
  const [sf, own, lent] = await Promise.all(
    ["jule-sf", "jule-rc", "jule-rc"].map((name) => build(name, { periodEpochs: 2 })),
  );
  for (const model of [sf!, own!]) {
    await train(model, 6);
    await model.finish?.(training);
  }
  lent!.parameters.load(await sf!.parameters.save());
  await lent!.start?.(training);
  await lent!.finish?.(training);
  expect(clustersOf(lent!)).toEqual(clustersOf(own!));
});

describe("the convolutional network", () => {
  test("encodes images of several sizes to unit length", async ({ skip }) => {
    if (!native) skip("convolutions are trained by the native engine alone");
    const system = await loadSystem("jule-sf");
    for (const { shape, flat } of [
      { shape: [16, 16, 1], flat: 6 * 6 * 4 },
      { shape: [28, 28, 1], flat: 8 * 8 * 4 },
      { shape: [32, 24, 3], flat: 10 * 6 * 4 },
      { shape: [9, 8, 1], flat: 3 * 2 * 4 },
    ]) {
      const size = shape.reduce((a, b) => a * b, 1);
      const model = system.build({
        options: system.optionsSchema.parse({ maps: 4, featureSize: 5 }),
        data: { shape, d: size, range: "unit", classes: 3, examples: 60 },
        random: (...names) => stream(1, ...names),
      });
      const last = model.parameters.all.find(({ name }) => name === "encoder/feature/weight")!;
      expect(last.shape).toEqual([flat, 5]);
      tf.tidy(() => {
        const { feature } = model.encode(
          tf.tensor2d(stream(0, "image").fill("uniform", 2 * size), [2, size]),
        );
        for (const square of tf.sum(tf.square(feature!), 1).dataSync()) expect(square).toBeCloseTo(1, 4);
      });
      model.parameters.dispose();
    }
  });

  test("refuses what is no image", async () => {
    await expect(build("jule-sf", { network: "conv" })).rejects.toThrow(/no convolutional network/);
  });
});
