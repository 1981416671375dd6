import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import {
  assignLabels,
  assignmentLoss,
  distancesToFirst,
  featureWeights,
} from "../src/auxiliaryClustering.js";
import { loadSystem, type Model } from "../src/index.js";

beforeAll(async () => {
  await startEngine();
});

const values = (make: () => tf.Tensor): number[] => [...tf.tidy(make).dataSync()];
const number = (make: () => tf.Tensor): number => values(make)[0]!;
const oneHot = (classes: number[], K: number): tf.Tensor2D =>
  tf.cast(tf.oneHot(tf.tensor1d(classes, "int32"), K), "float32") as tf.Tensor2D;
const classesOf = (make: () => tf.Tensor2D): number[] => values(() => tf.argMax(make(), 1));

describe("the distances", () => {
  test("are Euclidean, of every feature to the first ones", () => {
    // (0, 0), (3, 4), (6, 8)
    const found = values(() => distancesToFirst(tf.tensor2d([0, 0, 3, 4, 6, 8], [3, 2]), 2));
    for (const [i, distance] of [0, 5, 5, 0, 10, 5].entries()) expect(found[i]).toBeCloseTo(distance, 2);
  });

  test("have a slope where two features are one", () => {
    const slope = values(() =>
      tf.grad((x) => tf.sum(distancesToFirst(x as tf.Tensor2D, 1)))(tf.ones([3, 2])),
    );
    expect(slope.every(Number.isFinite)).toBe(true);
  });
});

describe("the assignment process", () => {
  /** Labelled at 0 (class 1), 2 and 3 (class 0); unlabelled at 0.4, 1.4 and 9. */
  const distances = () => distancesToFirst(tf.tensor2d([0, 2, 3, 0.4, 1.4, 9], [6, 1]), 3);
  const labels = () => tf.tensor1d([1, 0, 0], "int32");

  test("keeps the given labels and gives each other example that of the nearest labelled one", () => {
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 1))).toEqual([1, 0, 0, 1, 0, 0]);
  });

  test("counts the votes of κ neighbours; of equal classes the nearest one's stands", () => {
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 2))).toEqual([1, 0, 0, 1, 0, 0]);
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 3))).toEqual([1, 0, 0, 0, 0, 0]);
    expect(classesOf(() => assignLabels(distances(), labels(), 2, 9))).toEqual([1, 0, 0, 0, 0, 0]);
  });
});

describe("L_A", () => {
  const probabilities = [
    [0.7, 0.2, 0.1],
    [0.1, 0.3, 0.6],
  ];
  const scores = () => tf.log(tf.tensor2d(probabilities)) as tf.Tensor2D;
  /** The sum as the paper writes it, of the two examples above with classes 0 and 1. */
  const byHand = (share: number): number => {
    const of = (p: number[], c: number): number =>
      Math.tanh(-Math.log(p[c]!)) +
      share * p.reduce((sum, value, d) => sum + (d === c ? 0 : Math.tanh(Math.log(value))), 0) +
      1;
    return (of(probabilities[0]!, 0) + of(probabilities[1]!, 1)) / 4;
  };

  test("is the sum of the paper, with the mean over the other classes", () => {
    expect(number(() => assignmentLoss(scores(), oneHot([0, 1], 3), "mean"))).toBeCloseTo(byHand(1 / 2), 5);
  });

  test("or with their sum, to the letter", () => {
    expect(number(() => assignmentLoss(scores(), oneHot([0, 1], 3), "sum"))).toBeCloseTo(byHand(1), 5);
  });

  test("is 0 where the assigned class is certain and 1/2 + 1/(2(K-1)) where another one is, in any extreme", () => {
    const certain = () => tf.tensor2d([[500, -500, -500]]);
    expect(number(() => assignmentLoss(certain(), oneHot([0], 3), "mean"))).toBeCloseTo(0, 6);
    expect(number(() => assignmentLoss(certain(), oneHot([1], 3), "mean"))).toBeCloseTo(
      (1 - 1 / 2 + 1) / 2,
      6,
    );
  });
});

describe("L_F", () => {
  /** Labelled at 0, 1 and 10 of classes 0, 0 and 1; unlabelled at 3 (assigned 0) and 8 (assigned 1). */
  const distances = () => distancesToFirst(tf.tensor2d([0, 1, 10, 3, 8], [5, 1]), 3);
  const assigned = () => oneHot([0, 0, 1, 0, 1], 2);
  const loss = (representatives: "class" | "nearest", neighbours = 1): number =>
    number(() =>
      tf.sum(
        tf.mul(
          distances(),
          featureWeights(distances(), assigned(), 3, { alpha: 0.6, neighbours, representatives }),
        ),
      ),
    );

  test("weighs distances to all labelled examples of the class, an example's own left out", () => {
    // D of the labelled: 1/√2, 1/√2, nothing; of the unlabelled: (3 + 2)/√4, 2/√2.
    const labelled = (2 * 1) / Math.SQRT2 / 3;
    const unlabelled = (5 / 2 + 2 / Math.SQRT2) / 2;
    expect(loss("class")).toBeCloseTo(0.6 * labelled + 0.4 * unlabelled, 4);
    expect(loss("nearest", 5)).toBeCloseTo(loss("class"), 6);
  });

  test("or to the κ nearest of them", () => {
    const labelled = (2 * 1) / Math.SQRT2 / 3;
    const unlabelled = (2 / Math.SQRT2 + 2 / Math.SQRT2) / 2;
    expect(loss("nearest")).toBeCloseTo(0.6 * labelled + 0.4 * unlabelled, 4);
  });
});

describe("the objective", () => {
  const d = 6;
  const n = 20;
  const x = stream(0, "x").fill("uniform", n * d);
  const labels = Int32Array.from({ length: n }, (_, i) => (i < 8 ? i % 4 : -1));

  async function build(options: object, seed = 1): Promise<Model> {
    const system = await loadSystem("auxiliary-clustering");
    return system.build({
      options: system.optionsSchema.parse({ hidden: [8], featureSize: 6, ...options }),
      data: { shape: [d], d, range: "unit", classes: 4, examples: n },
      random: (...names) => stream(seed, ...names),
    });
  }
  const terms = (model: Model, epoch: number): Record<string, number> => {
    const batch = {
      x: tf.tensor2d(x, [n, d]),
      rows: new Uint32Array(n),
      labels,
      epoch,
      random: (name: string) => stream(2, name),
    };
    const found = model.parameters.scope(() => model.objective!(batch));
    return Object.fromEntries(Object.entries(found).map(([name, term]) => [name, term.dataSync()[0]!]));
  };

  test("is w_R L_R alone, then brings the other terms in over the ramp", async () => {
    const model = await build({ wR: 3, wC: 2, wA: 5, wF: 7, reconstructionEpochs: 2, rampEpochs: 4 });
    const at = (epoch: number, share: number) => {
      const { total, reconstruction, categorical, assignment, feature } = terms(model, epoch);
      const auxiliary = 2 * categorical! + 5 * assignment! + 7 * feature!;
      expect(total).toBeCloseTo(3 * reconstruction! + share * auxiliary, 4);
    };
    at(0, 0);
    at(2, 0);
    at(3, 0.25);
    at(6, 1);
    at(50, 1);
  });

  test("as published, has all terms from the first step", async () => {
    const model = await build({ reconstructionEpochs: 0, rampEpochs: 0 });
    const { total, reconstruction, categorical, assignment, feature } = terms(model, 0);
    expect(total).toBeCloseTo(reconstruction! + categorical! + 10 * assignment! + feature!, 4);
  });

  test("has L_C = Σ q log(K q) / log K of the probabilities that it predicts", async () => {
    const model = await build({});
    const q = values(() => model.encode(tf.tensor2d(x, [n, d])).probabilities!);
    const expected = q.reduce((sum, p) => sum + p * Math.log(4 * p), 0) / n / Math.log(4);
    expect(terms(model, 0).categorical).toBeCloseTo(expected, 5);
  });

  test("halves the learning rate where asked", async () => {
    const model = await build({ halveEvery: 30 });
    expect([0, 29, 30, 60].map((epoch) => model.learningRateFactor!(epoch))).toEqual([1, 1, 0.5, 0.25]);
    expect((await build({})).learningRateFactor!(1000)).toBe(1);
  });
});

test("data without classes is refused", async () => {
  const system = await loadSystem("auxiliary-clustering");
  expect(() =>
    system.build({
      options: system.optionsSchema.parse({}),
      data: { shape: [4], d: 4, range: "unit", classes: 0, examples: 10 },
      random: () => stream(0),
    }),
  ).toThrow(/no classes/);
});
