import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import {
  batchNormTraining,
  bernoulliLoss,
  categoricalKl,
  dense,
  gaussianKl,
  gaussianSample,
  relu,
  squaredError,
  startEngine,
  tf,
} from "../src/index.js";

beforeAll(async () => {
  await startEngine();
});

const normal = (name: string, ...shape: number[]): tf.Tensor =>
  tf.tensor(
    stream(0, name).fill(
      "normal",
      shape.reduce((product, n) => product * n, 1),
    ),
    shape,
  );

/** Largest difference between the gradients of `f` and central differences, over every input. */
function gradientError(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): number {
  const analytic = tf.grads((...xs: tf.Tensor[]) => f(...xs).asScalar())(inputs);
  const h = 1e-2;
  let worst = 0;
  inputs.forEach((input, which) => {
    const numbers = input.dataSync().slice();
    const slopes = analytic[which]!.dataSync();
    for (let i = 0; i < numbers.length; i++) {
      const at = (by: number): number => {
        const moved = numbers.slice();
        moved[i] = moved[i]! + by;
        return f(...inputs.map((x, j) => (j === which ? tf.tensor(moved, x.shape) : x))).dataSync()[0]!;
      };
      worst = Math.max(worst, Math.abs((at(h) - at(-h)) / (2 * h) - slopes[i]!));
    }
  });
  return worst;
}

/** Batch norm with moving averages that start at mean 0 and variance 1 and have momentum 0.5. */
const normalise = (x: tf.Tensor, scale: tf.Tensor1D, shift: tf.Tensor1D, epsilon: number) =>
  batchNormTraining(
    x,
    scale,
    shift,
    { mean: tf.zeros([scale.size]), variance: tf.ones([scale.size]) },
    { epsilon, momentum: 0.5 },
  );

describe("gradients agree with finite differences", () => {
  const weights = () => normal("mix", 4, 3);
  const mixed = (y: tf.Tensor): tf.Tensor => tf.sum(tf.mul(y, weights()));

  test.each(["linear", "relu"] as const)("dense, %s", (activation) => {
    const inputs = [normal("x", 4, 5), normal("w", 5, 3), normal("b", 3)];
    const error = gradientError(
      (x, w, b) => mixed(dense(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, activation)),
      inputs,
    );
    expect(error).toBeLessThan(1e-3);
  });

  test("Bernoulli loss", () => {
    const target = tf.sigmoid(normal("target", 4, 3)) as tf.Tensor2D;
    expect(gradientError((h) => bernoulliLoss(h as tf.Tensor2D, target), [normal("h", 4, 3)])).toBeLessThan(
      1e-3,
    );
  });

  test("ReLU", () => {
    expect(gradientError((x) => mixed(relu(x)), [normal("x", 4, 3)])).toBeLessThan(1e-3);
  });

  test("squared error", () => {
    const target = normal("target", 4, 3) as tf.Tensor2D;
    expect(gradientError((h) => squaredError(h as tf.Tensor2D, target), [normal("h", 4, 3)])).toBeLessThan(
      1e-3,
    );
  });

  test("Gaussian KL", () => {
    const error = gradientError(
      (m, l) => gaussianKl(m as tf.Tensor2D, l as tf.Tensor2D),
      [normal("m", 4, 3), normal("l", 4, 3)],
    );
    expect(error).toBeLessThan(2e-3);
  });

  test("Gaussian sample", () => {
    const noise = normal("noise", 4, 3);
    const sampled = (mean: tf.Tensor, logVariance: tf.Tensor) =>
      tf.sum<tf.Scalar>(tf.square(gaussianSample(mean, logVariance, noise)));
    expect(gradientError(sampled, [normal("m", 4, 3), normal("v", 4, 3)])).toBeLessThan(1e-3);
  });

  test("categorical KL", () => {
    expect(gradientError((l) => categoricalKl(l as tf.Tensor2D), [normal("l", 4, 3)])).toBeLessThan(1e-3);
  });

  test("batch norm", () => {
    const inputs = [normal("x", 4, 3), normal("scale", 3), normal("shift", 3)];
    const error = gradientError(
      (x, s, b) => mixed(normalise(x, s as tf.Tensor1D, b as tf.Tensor1D, 1e-3).value),
      inputs,
    );
    expect(error).toBeLessThan(5e-3);
  });
});

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The squared length of the gradients of Σ f², as in a gradient penalty. */
const penaltyOf =
  (f: Operation): Operation =>
  (...inputs) => {
    const squares = (...xs: tf.Tensor[]) => tf.sum(tf.square(f(...xs))).asScalar();
    return tf.addN(
      tf
        .grads(squares)(inputs)
        .map((gradient) => tf.sum(tf.square(gradient))),
    );
  };

// Checked against differences: TensorFlow.js' gradients of exp, sigmoid and softmax are wrong if differentiated again.
describe("gradients can be differentiated again", () => {
  const x = () => normal("x", 3, 4);
  const layer =
    (activation: "linear" | "relu"): Operation =>
    (h, w, b) =>
      dense(h as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, activation);
  const layerInputs = () => [x(), normal("w", 4, 5), normal("b", 5)];
  const target = () => tf.fill<tf.Rank.R2>([3, 4], 0.3);
  const cases: Record<string, { f: Operation; inputs: () => tf.Tensor[] }> = {
    "a ReLU layer": { f: layer("relu"), inputs: layerInputs },
    "a linear layer": { f: layer("linear"), inputs: layerInputs },
    ReLU: { f: (h) => relu(h!), inputs: () => [x()] },
    "squared error": { f: (h) => squaredError(h as tf.Tensor2D, target()), inputs: () => [x()] },
    "Bernoulli loss": { f: (h) => bernoulliLoss(h as tf.Tensor2D, target()), inputs: () => [x()] },
    "categorical KL": { f: (h) => categoricalKl(h as tf.Tensor2D), inputs: () => [x()] },
    "Gaussian KL": {
      f: (m, l) => gaussianKl(m as tf.Tensor2D, l as tf.Tensor2D),
      inputs: () => [x(), normal("l", 3, 4)],
    },
    "Gaussian sample": {
      f: (m, l) => gaussianSample(m!, l!, target()),
      inputs: () => [x(), normal("l", 3, 4)],
    },
    "batch norm": {
      f: (h, s, b) => normalise(h!, s as tf.Tensor1D, b as tf.Tensor1D, 1e-1).value,
      inputs: () => [normal("x", 6, 2), normal("scale", 2), normal("shift", 2)],
    },
  };
  test.each(Object.entries(cases))("%s", (_name, { f, inputs }) => {
    const penalty = penaltyOf(f);
    const slopes = tf.grads((...at: tf.Tensor[]) => penalty(...at).asScalar())(inputs());
    const largest = Math.max(...slopes.map((slope) => tf.max(tf.abs(slope)).dataSync()[0]!));
    expect(largest).toBeGreaterThan(0);
    expect(gradientError(penalty, inputs())).toBeLessThan(0.02 * largest);
  });
});

describe("closed forms", () => {
  test("a ReLU layer by hand: relu([1 2] · [[1 0] [0 -1]] + [0 1]) = [1 0]", () => {
    const y = dense(
      tf.tensor2d([[1, 2]]),
      tf.tensor2d([
        [1, 0],
        [0, -1],
      ]),
      tf.tensor1d([0, 1]),
      "relu",
    );
    expect([...y.dataSync()]).toEqual([1, 0]);
  });

  test("Bernoulli loss of logit 0 is log 2 a dimension, and huge logits do not overflow", () => {
    expect(
      bernoulliLoss(
        tf.zeros([2, 3]),
        tf.tensor2d([
          [0, 0.5, 1],
          [1, 1, 0],
        ]),
      ).dataSync()[0],
    ).toBeCloseTo(3 * Math.LN2, 5);
    expect(bernoulliLoss(tf.tensor2d([[500, -500]]), tf.tensor2d([[1, 0]])).dataSync()[0]).toBe(0);
    expect(bernoulliLoss(tf.tensor2d([[500]]), tf.tensor2d([[0]])).dataSync()[0]).toBe(500);
  });

  test("squared error is the mean over the batch of the sum over dimensions", () => {
    expect(
      squaredError(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        tf.zeros([2, 2]),
      ).dataSync()[0],
    ).toBeCloseTo((5 + 25) / 2, 5);
  });

  test("KL to the standard normal is zero for a standard normal, else ½ (μ² + σ² - 1 - log σ²)", () => {
    expect(gaussianKl(tf.zeros([2, 3]), tf.zeros([2, 3])).dataSync()[0]).toBeCloseTo(0, 6);
    const expected = 0.5 * (4 + Math.E - 1 - 1);
    expect(gaussianKl(tf.tensor2d([[2]]), tf.tensor2d([[1]])).dataSync()[0]).toBeCloseTo(expected, 5);
  });

  test("KL to the uniform distribution is zero for a uniform one, log K for a certain choice", () => {
    expect(categoricalKl(tf.zeros([2, 10])).dataSync()[0]).toBeCloseTo(0, 5);
    expect(categoricalKl(tf.tensor2d([[100, 0, 0, 0]])).dataSync()[0]).toBeCloseTo(Math.log(4), 5);
  });

  test("batch norm gives mean 0 and variance 1, and moves its averages towards the batch's mean and unbiased variance", () => {
    const x = tf.tensor2d([
      [1, 10],
      [3, 30],
    ]);
    const { value, moving } = normalise(x, tf.ones([2]), tf.zeros([2]), 0);
    expect([...value.dataSync()].map((v) => Math.round(v * 1000) / 1000)).toEqual([-1, -1, 1, 1]);
    expect([...moving.mean.dataSync()]).toEqual([1, 10]);
    expect(moving.variance.dataSync()[0]).toBeCloseTo((1 + 2) / 2, 4);
    expect(moving.variance.dataSync()[1]).toBeCloseTo((1 + 200) / 2, 2);
  });

  test("a training step of batch norm leaves no tensor behind but its result", () => {
    const inputs = [normal("x", 4, 3), tf.ones([3]), tf.zeros([3])] as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) tf.tidy(() => void normalise(...inputs, 1e-3));
    expect(tf.memory().numTensors).toBe(before);
  });
});
