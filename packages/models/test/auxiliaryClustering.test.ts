import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { nearestNeighbours } from "../src/clustering/neighbours.js";
import { loadSystem, type Model, type TrainingData } from "../src/index.js";
import {
  assignLabels,
  assignmentLoss,
  crossEntropy,
  distancesToFirst,
  featureWeights,
} from "../src/systems/auxiliaryClustering.js";
import { asOften, propagateLabels } from "../src/training/propagation.js";

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

  test("counts each example as much as its label is certain", () => {
    const of = (certainty: number[]): number =>
      number(() => assignmentLoss(scores(), oneHot([0, 1], 3), "mean", tf.tensor2d(certainty, [2, 1])));
    const [first, second] = [of([1, 0]), of([0, 1])];
    expect(first + second).toBeCloseTo(byHand(1 / 2), 5);
    expect(of([1, 0.25])).toBeCloseTo(first + second / 4, 5);
    expect(first).not.toBeCloseTo(second, 2);
  });

  test("may give way to the cross-entropy, which counts the same", () => {
    const certainty = () => tf.tensor2d([1, 0.5], [2, 1]);
    const expected = -(Math.log(0.7) + 0.5 * Math.log(0.3)) / 2;
    expect(number(() => crossEntropy(scores(), oneHot([0, 1], 3), certainty()))).toBeCloseTo(expected, 5);
    expect(number(() => crossEntropy(scores(), oneHot([0, 1], 3)))).toBeCloseTo(
      -(Math.log(0.7) + Math.log(0.3)) / 2,
      5,
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

describe("labels that propagate", () => {
  /** Two rows of points, 0.1 apart in a row and 1 between the rows; the labelled ones at opposite ends. */
  const n = 40;
  const points = Float32Array.from({ length: n * 2 }, (_, i) =>
    i % 2 === 0 ? 0.1 * ((i / 2) % 20) : Math.floor(i / 2 / 20),
  );
  const labels = new Int32Array(n).fill(-1);
  labels[0] = 0;
  labels[39] = 1;
  const training: TrainingData = {
    n,
    d: 2,
    labels,
    rows: (rows) => Float32Array.from([...rows].flatMap((row) => [...points.subarray(2 * row, 2 * row + 2)])),
    all: () => points,
  };
  const build = async (options: object): Promise<Model> => {
    const system = await loadSystem("auxiliary-clustering");
    return system.build({
      options: system.optionsSchema.parse({
        hidden: [8],
        featureSize: 6,
        reconstructionEpochs: 0,
        ...options,
      }),
      data: { shape: [2], d: 2, range: "real", classes: 2, examples: n },
      random: (...names) => stream(1, ...names),
    });
  };

  test("follow the rows, where the nearest labelled example often lies in the other one", () => {
    const shares = propagateLabels(nearestNeighbours(points, 2, 2), labels, 2, 0.95);
    for (let row = 0; row < n; row++) {
      expect(shares[2 * row]! + shares[2 * row + 1]!).toBeCloseTo(1, 5);
      expect(shares[2 * row]! > 0.5, `${row}`).toBe(row < 20);
    }
    const straight = classesOf(() => {
      const order = [0, 39, ...Array.from({ length: 38 }, (_, i) => i + 1)];
      const placed = tf.tensor2d(order.map((row) => [points[2 * row]!, points[2 * row + 1]!]));
      return assignLabels(distancesToFirst(placed, 2), tf.tensor1d([0, 1], "int32"), 2, 1);
    });
    expect(straight.slice(2).filter((label, i) => label !== Math.floor((i + 1) / 20)).length).toBeGreaterThan(
      9,
    );
  });

  test("solve (I - α S) F = Y", () => {
    // A chain of three, the ends labelled: equal weights w, so S is 1/√2 between neighbours.
    const chain = { count: 1, rows: Int32Array.of(1, 0, 1), squared: Float64Array.of(1, 1, 1) };
    const alpha = 0.5;
    const shares = propagateLabels(chain, Int32Array.of(0, -1, 1), 2, alpha);
    // By hand: F_0 = (1 - a², a, a²) / (1 - 2 a²) of class 0 with a = α/√2.
    const a2 = alpha ** 2 / 2;
    expect(shares[0]).toBeCloseTo((1 - a2) / (1 - a2 + a2), 5);
    expect([...shares.subarray(2, 4)]).toEqual([0.5, 0.5]);
  });

  test("leave an example that no label reaches undecided", () => {
    const pairs = { count: 1, rows: Int32Array.of(1, 0, 3, 2), squared: Float64Array.of(0, 0, 0, 0) };
    const shares = propagateLabels(pairs, Int32Array.of(0, -1, -1, -1), 2, 0.9);
    expect([...shares]).toEqual([1, 0, 1, 0, 0.5, 0.5, 0.5, 0.5]);
  });

  test("are found before each epoch and stand in the model's state", async () => {
    const model = await build({ propagation: { neighbours: 2 } });
    await model.beforeStep!({ epoch: 0, offset: 8, step: 1 }, training);
    expect(model.state!.size).toBe(0);
    await model.beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
    const assigned = model.state!.get("assigned")!.values;
    const certainty = model.state!.get("certainty")!.values;
    expect([assigned[0], assigned[39], certainty[0], certainty[39]]).toEqual([0, 1, 1, 1]);
    expect(certainty.every((value) => value >= 0 && value <= 1)).toBe(true);
    // The loss is asked of these labels: turned round, it is another one.
    const loss = (): number => {
      const rows = Uint32Array.of(0, 39, 5, 6, 7);
      const batch = {
        x: tf.tensor2d(training.rows(rows), [5, 2]),
        rows,
        labels: Int32Array.of(0, 1, -1, -1, -1),
        epoch: 0,
        random: (name: string) => stream(2, name),
      };
      return model.parameters.scope(() => model.objective!(batch)).assignment!.dataSync()[0]!;
    };
    const before = loss();
    for (const row of [5, 6, 7]) assigned[row] = 1 - assigned[row]!;
    expect(loss()).not.toBeCloseTo(before, 4);
    // And a snapshot shows them.
    const { lent } = model.encodeUnfinished!(tf.zeros([2, 2]), Uint32Array.of(0, 5));
    expect([...lent!.dataSync()]).toEqual([assigned[0], assigned[5]]);
  });

  test("wait for the epochs of reconstruction, and are there from the first step after", async () => {
    const model = await build({ propagation: { neighbours: 2 }, reconstructionEpochs: 2 });
    await model.beforeStep!({ epoch: 1, offset: 0, step: 5 }, training);
    expect(model.state!.size).toBe(0);
    const { lent } = model.encodeUnfinished!(tf.zeros([2, 2]), Uint32Array.of(0, 5));
    expect([...lent!.dataSync()]).toEqual([-1, -1]);
    await model.beforeStep!({ epoch: 2, offset: 0, step: 10 }, training);
    expect(model.state!.size).toBe(3);
  });

  test("are blended with those of the epoch before, as much as memory says", async () => {
    const shares = async (memory: number): Promise<number> => {
      const model = await build({ propagation: { neighbours: 2, memory } });
      await model.beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
      const before = model.state!.get("shares")!;
      before.values.fill(0.5);
      await model.beforeStep!({ epoch: 1, offset: 0, step: 5 }, training);
      return model.state!.get("shares")!.values[2]!;
    };
    const fresh = await shares(0);
    expect(fresh).toBeGreaterThan(0.6);
    expect(await shares(0.5)).toBeCloseTo((fresh + 0.5) / 2, 4);
  });

  test("make classes as frequent as among the labelled examples", () => {
    const values = Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.6, 0.4);
    asOften(values, 2, Int32Array.of(0, 1));
    // Masses 2.1 and 0.9: each share over its class's mass, rows to 1.
    expect(values[2]).toBeCloseTo(0.6 / 2.1 / (0.6 / 2.1 + 0.4 / 0.9), 5);
    expect(values[2]! + values[3]!).toBeCloseTo(1, 5);
  });

  test("are the same where only some examples are in the graph, if these lie close enough", async () => {
    const all = await build({ propagation: { neighbours: 2 } });
    const some = await build({ propagation: { neighbours: 2, examples: 30 } });
    for (const model of [all, some]) await model.beforeStep!({ epoch: 0, offset: 0, step: 0 }, training);
    const [a, b] = [all, some].map((model) => model.state!.get("assigned")!.values) as [
      Float32Array,
      Float32Array,
    ];
    expect(a.filter((label, row) => label === b[row]).length).toBeGreaterThan(34);
  });
});

describe("warped copies", () => {
  const d = 36;
  const n = 12;
  const images = stream(0, "images").fill("uniform", n * d);
  const termsWith = async (options: object, values = images): Promise<Record<string, number>> => {
    const system = await loadSystem("auxiliary-clustering");
    const model = system.build({
      options: system.optionsSchema.parse({
        hidden: [16],
        featureSize: 8,
        reconstructionEpochs: 0,
        rampEpochs: 0,
        ...options,
      }),
      data: { shape: [6, 6, 1], d, range: "unit", classes: 3, examples: n },
      random: (...names) => stream(1, ...names),
    });
    const batch = {
      x: tf.tensor2d(values, [n, d]),
      rows: new Uint32Array(n),
      labels: Int32Array.from({ length: n }, (_, i) => (i < 6 ? i % 3 : -1)),
      epoch: 0,
      random: (name: string) => stream(2, name),
    };
    const found = model.parameters.scope(() => model.objective!(batch));
    return Object.fromEntries(Object.entries(found).map(([name, term]) => [name, term.dataSync()[0]!]));
  };

  test("are what the network sees; a warp by nothing changes nothing", async () => {
    const plain = await termsWith({});
    const still = await termsWith({ augmentation: { rotation: 0, scale: 0, shear: 0, shift: 0 } });
    for (const [name, value] of Object.entries(plain)) expect(still[name]).toBeCloseTo(value, 5);
    const moved = await termsWith({ augmentation: {} });
    for (const name of ["reconstruction", "categorical", "assignment", "feature"])
      expect(moved[name], name).not.toBe(plain[name]);
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
