/** Properties of every system in the registry. A new one is tested by its line there. */
import { UserError } from "@gumbel/config";
import { makeOptimizer, scalarsOf, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import {
  loadSystem,
  type Model,
  type Phase,
  type Player,
  type System,
  systemFile,
  systemNames,
  type TrainingData,
} from "../src/index.js";
import { settingsFor } from "../src/ownSettings.js";
import { batchOfAll, threeClouds, trainingDataOf, trainSteps } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const d = 16;
const examples = 60;

/** Systems whose networks are of convolutions alone. */
const ofImages = ["small-cnn", "conv-ladder", "embed-cnn", "swwae"];

/** Three clouds of images of 4 × 4; of a system that trains on labels the first 12 examples keep theirs. */
function cloudsFor({ training }: System): TrainingData {
  const clouds = threeClouds(d, 0.05);
  const labels = Int32Array.from({ length: examples }, (_, row) => (row < 12 ? row % 3 : -1));
  return training.labelledPerBatch ? trainingDataOf(clouds.all(), d, labels) : clouds;
}

const build = (system: System, seed = 0, classes = 3): Model =>
  system.build({
    options: system.optionsSchema.parse(system.small),
    data: {
      shape: [4, 4, 1],
      d,
      range: "unit",
      classes,
      foundClusters: null,
      examples,
      labelled: system.training.labelledPerBatch ? 12 : 0,
    },
    schedule: system.training,
    random: (...names) => stream(seed, ...names),
  });

/** A model whose phases before `phase` have been trained for some steps, and which stands at its first one. */
async function standing(
  system: System,
  at: number,
): Promise<{ model: Model; phase: Phase; data: TrainingData }> {
  const model = build(system);
  const data = cloudsFor(system);
  const { phases } = model.training;
  // An objective may be far too steep for differences before its pretraining.
  const optimizer = { name: "adam" as const, learningRate: 0.01 };
  await trainSteps(model, data, { steps: 100, optimizer }, phases.slice(0, at));
  await phases[at]!.start?.(data);
  await phases[at]!.beforeStep?.({ epoch: 0, offset: 0, step: 0 }, data);
  return { model, phase: phases[at]!, data };
}

/** Systems that cannot have one class or one cluster, with what they say. */
const refusesOneClass: Record<string, string> = {
  dlgmm: "a stick cannot be broken into fewer than 2 pieces",
};

/** Every player of every phase of every system, found before any test runs. */
await startEngine();
const players: { name: string; phase: string; at: number; player: string; index: number }[] = [];
for (const name of systemNames) {
  const { phases } = build(await loadSystem(name)).training;
  for (const [at, phase] of phases.entries()) {
    for (const [index, player] of phase.players.entries()) {
      players.push({ name, phase: phase.name, at, player: player.name, index });
    }
  }
}

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

  test("has phases of different names, and compares runs by a value that its main phase logs", async () => {
    const { phases } = build(system).training;
    expect(new Set(phases.map((phase) => phase.name)).size).toBe(phases.length);
    if (system.comparedBy === null || system.comparedBy === "total") return;
    const { model, phase, data } = await standing(system, phases.length - 1);
    const { terms } = model.parameters.scope(() => phase.players[0]!.objective(batchOfAll(data)));
    expect(Object.keys(terms)).toContain(system.comparedBy);
  });

  test("starts from the same weights for the same seed, and from others for another", async (context) => {
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map(async (seed) =>
        [...(await build(system, seed).parameters.save()).values()].flatMap(({ values }) => [...values]),
      ),
    );
    expect(a).toEqual(b);
    if (system.training.epochs === 0) return context.skip("it draws nothing before it sees data");
    expect(a).not.toEqual(c);
  });

  test("gives every example one of K clusters, and probabilities that sum to 1", async () => {
    const model = build(system);
    const data = cloudsFor(system);
    await trainSteps(model, data, { steps: 1 });
    await model.training.finish?.(data);
    tf.tidy(() => {
      const encoding = model.encoder.encode(tf.tensor2d(data.all(), [examples, d]));
      const clusters = [...encoding.cluster.dataSync()];
      expect(clusters).toHaveLength(examples);
      expect(clusters.every((cluster) => cluster >= 0 && cluster < model.clusters)).toBe(true);
      expect(encoding[model.encoder.latent]).toBeDefined();
      for (const sum of encoding.probabilities ? tf.sum(encoding.probabilities, 1).dataSync() : [1]) {
        expect(sum).toBeCloseTo(1, 5);
      }
    });
  });

  test("takes data of one class for one cluster, or says why it cannot", async () => {
    const refusal = system.training.labelledPerBatch
      ? "the data has no classes to learn from labelled examples"
      : refusesOneClass[name];
    if (refusal) {
      expect(() => build(system, 0, 1)).toThrow(UserError);
      expect(() => build(system, 0, 1)).toThrow(refusal);
      return;
    }
    const data = cloudsFor(system);
    const model = build(system, 0, 1);
    await trainSteps(model, data, { steps: 2, optimizer: { name: "adam", learningRate: 0.01 } });
    await model.training.finish?.(data);
    tf.tidy(() => {
      const encoding = model.encoder.encode(tf.tensor2d(data.all(), [examples, d]));
      expect(new Set(encoding.cluster.dataSync())).toEqual(new Set([0]));
      expect(encoding[model.encoder.latent]!.dataSync().every(Number.isFinite)).toBe(true);
    });
  });

  test("refuses more clusters than there are examples before it learns anything", (context) => {
    const clusters = { ...system.small, clusters: examples + 1 };
    if (!system.optionsSchema.safeParse(clusters).success) return context.skip("it has no such option");
    expect(() => build({ ...system, small: clusters })).toThrow(
      `${examples + 1} clusters cannot be made of ${examples}`,
    );
  });

  test("takes the steps of a table with the settings of `gumbel new`, or says that it needs images", async () => {
    const columns = 5;
    const values = stream(0, "table").fill("normal", examples * columns);
    const labels = Int32Array.from({ length: examples }, (_, row) => (row < 12 ? row % 3 : -1));
    const trainsOnLabels = system.training.labelledPerBatch !== undefined;
    const data = trainingDataOf(values, columns, trainsOnLabels ? labels : undefined);
    const { model, quick } = settingsFor(system, { n: examples, shape: [columns], range: "real" });
    const steps = async (): Promise<void> => {
      const built = system.build({
        options: system.optionsSchema.parse({ ...model, ...quick.model }),
        data: {
          ...{ shape: [columns], d: columns, range: "real", classes: 3, foundClusters: null, examples },
          labelled: trainsOnLabels ? 12 : 0,
        },
        schedule: { ...system.training, batchSize: 16 },
        random: (...names) => stream(0, ...names),
      });
      await trainSteps(built, data, { steps: 2, optimizer: { name: "adam", learningRate: 1e-3 } });
    };
    if (ofImages.includes(name)) await expect(steps()).rejects.toThrow(/takes images/);
    else await steps();
  });

  test("interpolates from one example's reconstruction to another's", (context) => {
    const { reconstruct, interpolate } = build(system, 3).decoder;
    expect(Boolean(interpolate)).toBe(Boolean(reconstruct));
    if (!interpolate || !reconstruct) return context.skip("it reconstructs nothing");
    tf.tidy(() => {
      const x = tf.tensor2d(threeClouds(d).rows(Uint32Array.of(0, 1)), [2, d]);
      const shares = tf.tensor2d([1, 0, 0.5, 0.5, 0, 1], [3, 2]);
      const between = interpolate(x, shares);
      expect(between.shape).toEqual([3, d]);
      const ends = tf.gather(between, tf.tensor1d([0, 2], "int32"));
      expect(tf.max(tf.abs(tf.sub(ends, reconstruct(x)))).dataSync()[0]).toBeLessThan(1e-5);
    });
  });

  test("weights saved and loaded give the same encoding", async () => {
    const data = cloudsFor(system);
    const model = build(system);
    await trainSteps(model, data, { steps: 1 });
    await model.training.finish?.(data);
    const copy = build(system, 7);
    copy.parameters.load(await model.parameters.save());
    const encode = ({ encoder }: Model) =>
      tf.tidy(() => [...encoder.encode(tf.tensor2d(data.all(), [examples, d]))[encoder.latent]!.dataSync()]);
    expect(encode(copy)).toEqual(encode(model));
  });
});

describe.each(players)("$name, player $player of phase $phase", ({ name, at, index }) => {
  const prepared = async (): Promise<{ model: Model; phase: Phase; data: TrainingData; player: Player }> => {
    const found = await standing(await loadSystem(name), at);
    return { ...found, player: found.phase.players[index]! };
  };

  test("the terms are finite numbers and add up to the total with their weights", async () => {
    const { model, player, data } = await prepared();
    const { total, terms, weights } = model.parameters.scope(() => player.objective(batchOfAll(data)));
    expect(Object.keys(weights)).toEqual(Object.keys(terms));
    let sum = 0;
    for (const [term, scalar] of Object.entries(terms)) {
      expect(scalar.shape, term).toEqual([]);
      const value = scalar.dataSync()[0]!;
      expect(Number.isFinite(value), term).toBe(true);
      sum += weights[term]! * value;
    }
    expect(total.shape).toEqual([]);
    expect(Math.abs(total.dataSync()[0]! - sum)).toBeLessThan(1e-4 * Math.max(1, Math.abs(sum)));
  });

  test("its gradients agree with finite differences, where they are steepest and in a random direction", async () => {
    const { model, player, data } = await prepared();
    const batch = batchOfAll(data);
    const total = (): number => model.parameters.scope(() => player.objective(batch).total).dataSync()[0]!;
    const trained = player.trains ?? model.parameters.trainable;
    const gradients: Float32Array[] = tf.tidy(() => {
      const { grads } = tf.engine().gradients(
        () => player.objective(batch).total,
        trained.map((parameter) => parameter.read()),
        undefined,
        true,
      );
      for (const parameter of trained) parameter.release();
      // An objective need not depend on every parameter.
      return grads.map(
        (grad, i) =>
          grad?.dataSync<"float32">().slice() ?? new Float32Array(tf.util.sizeFromShape(trained[i]!.shape)),
      );
    });
    for (const [i, parameter] of trained.entries()) {
      const slopes = gradients[i]!;
      const numbers = parameter.value.dataSync<"float32">().slice();
      const steepest = slopes.reduce(
        (best, slope, i) => (Math.abs(slope) > Math.abs(slopes[best]!) ? i : best),
        0,
      );
      const unit = new Float32Array(slopes.length);
      unit[steepest] = 1;
      const random = stream(0, "direction", parameter.name).fill("normal", slopes.length);
      const length = Math.hypot(...random);
      for (const direction of [unit, random.map((value) => value / length)]) {
        const shifted = (by: number): number => {
          const moved = numbers.map((value, i) => value + by * direction[i]!);
          tf.tidy(() => parameter.assign(tf.tensor(moved, parameter.shape)));
          return total();
        };
        const h = 4e-3;
        const numeric = (shifted(h) - shifted(-h)) / (2 * h);
        const analytic = slopes.reduce((sum, slope, i) => sum + slope * direction[i]!, 0);
        tf.tidy(() => parameter.assign(tf.tensor(numbers, parameter.shape)));
        expect(Math.abs(numeric - analytic), parameter.name).toBeLessThan(0.02 * Math.abs(analytic) + 5e-3);
      }
    }
  });

  test("a step leaves no tensor behind", async () => {
    const { model, phase, player, data } = await prepared();
    const optimizer = makeOptimizer(model.parameters, player.optimizer, player.trains);
    const batch = batchOfAll(data);
    const counts: number[] = [];
    for (let step = 0; step < 12; step++) {
      await phase.beforeStep?.({ epoch: step, offset: 0, step }, data);
      tf.dispose(scalarsOf(optimizer.minimize(() => player.objective({ ...batch, epoch: step }))));
      await phase.afterStep?.(batch.rows, data);
      counts.push(tf.memory().numTensors);
    }
    // A system may make something once, in its first steps.
    expect(new Set(counts.slice(4)).size, counts.join()).toBe(1);
  });
});

test("the file of a system is its name in camel case", async () => {
  for (const name of systemNames) {
    const path = `../src/${systemFile(name)}`;
    const { default: system } = (await import(path)) as { default: System };
    expect(system).toBe(await loadSystem(name));
  }
});

test("an unknown name is answered with the known ones, and so is one that every object has", async () => {
  for (const name of ["gumbel-vea", "constructor", "__proto__"]) {
    await expect(loadSystem(name)).rejects.toThrow(/one of kmeans, /);
  }
});
