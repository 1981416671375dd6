/** What every system must hold, whatever it is. A new one is tested by its line in the registry. */
import { UserError } from "@gumbel/config";
import { Adam, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model, type System, systemNames, type TrainingData } from "../src/index.js";
import { trainBriefly } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

const d = 16;
const data = { shape: [4, 4, 1], d, range: "unit" as const, classes: 3, examples: 60 };

/** Three clouds of 20 points each in [0, 1]^16. */
function clouds(): TrainingData {
  const noise = stream(0, "clouds");
  const values = Float32Array.from({ length: 60 * d }, (_, i) => {
    const centre = Math.floor(i / d / 20) === i % 3 ? 0.8 : 0.2;
    return Math.min(1, Math.max(0, centre + 0.05 * noise.normal()));
  });
  return {
    n: 60,
    d,
    rows: (rows) =>
      Float32Array.from(
        { length: rows.length * d },
        (_, i) => values[rows[Math.floor(i / d)]! * d + (i % d)]!,
      ),
    all: () => values.slice(),
  };
}

/** Options that keep a network small enough for a test. */
const small: Record<string, Record<string, unknown>> = {
  "ae-kmeans": { hidden: [12], latentSize: 4, restarts: 3 },
  "ae-gmm": { hidden: [12], latentSize: 4, restarts: 3 },
  dec: { hidden: [12], latentSize: 4, restarts: 3 },
  idec: { hidden: [12], latentSize: 4, restarts: 3 },
  dcn: { hidden: [12], latentSize: 4, restarts: 3 },
  vae: { hidden: [12], latentSize: 4, restarts: 3 },
  gmvae: { hidden: [12], zSize: 4 },
  dlgmm: { hidden: [12], latentSize: 4 },
  vade: { hidden: [12], latentSize: 4, restarts: 3 },
  "gumbel-vae": { hidden: [12], featureSize: 8, zSize: 4 },
  depict: { network: "dense", hidden: [12, 8] },
  "jule-sf": { network: "dense", hidden: [12], featureSize: 5, neighbours: 5 },
  "jule-rc": { network: "dense", hidden: [12], featureSize: 5, neighbours: 5 },
  "auxiliary-clustering": { hidden: [12], featureSize: 8, reconstructionEpochs: 0, rampEpochs: 0 },
  n2d: { hidden: [12], latentSize: 4, neighbours: 5, restarts: 3 },
};

const build = (system: System, name: string, seed = 0, classes = data.classes): Model =>
  system.build({
    options: system.optionsSchema.parse(small[name] ?? {}),
    data: { ...data, classes },
    random: (...names) => stream(seed, ...names),
  });

/** A batch of everything; the labelled examples of a system that trains on labels stand first. */
const batchOf = (training: TrainingData, system: System, step = 0) => ({
  x: tf.tensor2d(training.all(), [training.n, d]),
  rows: Uint32Array.from({ length: training.n }, (_, row) => row),
  labels: Int32Array.from({ length: training.n }, (_, row) =>
    system.training.labelledPerBatch && row < 12 ? row % 3 : -1,
  ),
  epoch: 0,
  random: (name: string) => stream(0, "step", step, name),
});

describe.each(systemNames)("%s", (name) => {
  let system: System;
  beforeAll(async () => {
    system = await loadSystem(name);
  });

  test("names its source and has defaults for every option", () => {
    expect(system.title).not.toBe("");
    expect(system.reference).toMatch(/\d{4}/);
    expect(system.optionsSchema.safeParse({}).success).toBe(true);
  });

  test("refuses an option it does not know", () => {
    expect(system.optionsSchema.safeParse({ noSuchOption: 1 }).success).toBe(false);
  });

  test("starts from the same weights for the same seed, and from others for another", async () => {
    const [a, b, c] = [build(system, name, 1), build(system, name, 1), build(system, name, 2)];
    const saved = await Promise.all(
      [a, b, c].map(async (model) =>
        [...(await model.parameters.save()).values()].flatMap(({ values }) => [...values]),
      ),
    );
    expect(saved[0]).toEqual(saved[1]);
    if (system.training.epochs > 0) expect(saved[0]).not.toEqual(saved[2]);
  });

  test("gives every example one of K clusters, and probabilities that sum to 1", async () => {
    const model = build(system, name);
    const training = clouds();
    await model.start?.(training);
    await model.finish?.(training);
    tf.tidy(() => {
      const encoding = model.encode(tf.tensor2d(training.all(), [60, d]));
      const clusters = [...encoding.cluster.dataSync()];
      expect(clusters).toHaveLength(60);
      expect(clusters.every((cluster) => cluster >= 0 && cluster < model.clusters)).toBe(true);
      expect(encoding[model.latent]).toBeDefined();
      if (encoding.probabilities) {
        for (const sum of tf.sum(encoding.probabilities, 1).dataSync()) expect(sum).toBeCloseTo(1, 5);
      }
    });
  });

  test("takes data of one class for one cluster, or says that it cannot", async () => {
    const training = clouds();
    let model: Model;
    try {
      model = build(system, name, 0, 1);
      if (model.pretraining) await trainBriefly(model, model.pretraining, training, 2);
      if (model.objective) await trainBriefly(model, model, training, 2);
      else await model.start?.(training);
      await model.finish?.(training);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return;
    }
    tf.tidy(() => {
      const encoding = model.encode(tf.tensor2d(training.all(), [60, d]));
      expect(new Set(encoding.cluster.dataSync())).toEqual(new Set([0]));
      expect(encoding[model.latent]!.dataSync().every(Number.isFinite)).toBe(true);
    });
  });

  test("interpolates where it reconstructs: from one example's reconstruction to another's", () => {
    const model = build(system, name, 3);
    expect(Boolean(model.interpolate)).toBe(Boolean(model.reconstruct));
    if (!model.interpolate || !model.reconstruct) return;
    tf.tidy(() => {
      const x = tf.tensor2d(clouds().rows(Uint32Array.of(0, 1)), [2, d]);
      const between = model.interpolate!(
        x,
        tf.tensor2d([
          [1, 0],
          [0.5, 0.5],
          [0, 1],
        ]),
      );
      expect(between.shape).toEqual([3, d]);
      const ends = tf.gather(between, tf.tensor1d([0, 2], "int32"));
      expect(tf.max(tf.abs(tf.sub(ends, model.reconstruct!(x)))).dataSync()[0]).toBeLessThan(1e-5);
    });
  });

  test("weights saved and loaded give the same encoding", async () => {
    const training = clouds();
    const model = build(system, name);
    await model.start?.(training);
    await model.finish?.(training);
    const copy = build(system, name, 7);
    copy.parameters.load(await model.parameters.save());
    const encode = (of: Model) =>
      tf.tidy(() => [...of.encode(tf.tensor2d(training.all(), [60, d]))[of.latent]!.dataSync()]);
    expect(encode(copy)).toEqual(encode(model));
  });

  test("its gradients agree with finite differences", async () => {
    const model = build(system, name);
    if (!model.objective) return;
    // Where a run would stand: an objective may be far too steep for differences before its pretraining.
    if (model.pretraining) await trainBriefly(model, model.pretraining, clouds(), 100);
    await model.start?.(clouds());
    const batch = batchOf(clouds(), system);
    const total = (): number => model.parameters.scope(() => model.objective!(batch).total).dataSync()[0]!;
    for (const parameter of model.parameters.trainable) {
      const value = parameter.value;
      const analytic: Float32Array = tf.tidy(() => {
        const { grads } = tf
          .engine()
          .gradients(() => model.objective!(batch).total, [parameter.read()], undefined, true);
        parameter.release();
        return grads[0] ? grads[0].dataSync<"float32">().slice() : new Float32Array(value.size);
      });
      const numbers = value.dataSync().slice();
      // The coordinate with the steepest slope: float32 differences say little of a flat one.
      const at = analytic.reduce(
        (best, slope, i) => (Math.abs(slope) > Math.abs(analytic[best]!) ? i : best),
        0,
      );
      const shifted = (by: number): number => {
        const moved = numbers.slice();
        moved[at] = moved[at]! + by;
        tf.tidy(() => parameter.assign(tf.tensor(moved, parameter.shape)));
        return total();
      };
      const h = 4e-3;
      const numeric = (shifted(h) - shifted(-h)) / (2 * h);
      tf.tidy(() => parameter.assign(tf.tensor(numbers, parameter.shape)));
      expect(Math.abs(numeric - analytic[at]!), parameter.name).toBeLessThan(
        0.02 * Math.abs(analytic[at]!) + 5e-3,
      );
    }
  });

  test("the objective's total is finite and its terms are scalars", async () => {
    const model = build(system, name);
    if (!model.objective) return;
    await model.start?.(clouds());
    const terms = model.parameters.scope(() => model.objective!(batchOf(clouds(), system)));
    for (const term of Object.values(terms)) {
      expect(term.shape).toEqual([]);
      expect(Number.isFinite(term.dataSync()[0])).toBe(true);
    }
  });

  test("a step leaves no tensor behind", async () => {
    const model = build(system, name);
    if (!model.objective) return;
    const training = clouds();
    await model.start?.(training);
    const adam = new Adam(model.parameters, { learningRate: 1e-3 });
    const batch = batchOf(training, system);
    const counts: number[] = [];
    for (let step = 0; step < 12; step++) {
      await model.beforeStep?.({ epoch: step, offset: 0, step }, training);
      tf.dispose(adam.minimize(() => model.objective!({ ...batch, epoch: step })));
      counts.push(tf.memory().numTensors);
    }
    // What a system makes once, it may make in its first steps.
    expect(new Set(counts.slice(4)).size, counts.join()).toBe(1);
  });
});

test("an unknown name is answered with the known ones", async () => {
  await expect(loadSystem("gumbel-vea")).rejects.toThrow(/one of kmeans, /);
});
