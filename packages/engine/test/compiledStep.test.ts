/** A step that runs as one function gives the results of its single operations. */
import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { type Binding, type NodeBackend, withGradient } from "../src/core/native.js";
import {
  Adam,
  constant,
  dense,
  type Objective,
  Parameters,
  relu,
  scalarsOf,
  squaredError,
  startEngine,
  tf,
} from "../src/index.js";

await startEngine({ threads: 1 });
const backend = tf.backend() as unknown as NodeBackend;
const compiles = backend.binding?.callFunction !== undefined;
if (!compiles) console.log("skipped: this engine's addon has no functions, so it cannot compile steps");

/** Runs `work` with or without functions, and counts the kernels that it runs; a function counts as one. */
function running<T>(functions: boolean, work: () => T): { result: T; kernels: number } {
  const addon = backend.binding;
  let kernels = 0;
  const counted =
    <Call extends unknown[], Result>(call: (...args: Call) => Result) =>
    (...args: Call): Result => {
      kernels++;
      return call(...args);
    };
  backend.binding = Object.create(addon, {
    executeOp: { value: counted(addon.executeOp) },
    callFunction: { value: functions ? counted(addon.callFunction!) : undefined },
  }) as Binding;
  try {
    return { result: work(), kernels };
  } finally {
    backend.binding = addon;
  }
}

/** A network whose step uses noise, a scalar that changes from step to step, and batches of two sizes. */
function problem() {
  const random = stream(0, "compiled");
  const parameters = new Parameters();
  const w = parameters.create("w", [6, 4], random.fill("normal", 24));
  const b = parameters.create("b", [4], new Float32Array(4));
  const v = parameters.create("v", [4, 6], random.fill("normal", 24));
  const c = parameters.create("c", [6], new Float32Array(6));
  const mean = parameters.create("mean", [4], new Float32Array(4), { trainable: false });
  const optimizer = new Adam(parameters, { learningRate: 0.05 });
  let steps = 0;
  const objective = (x: tf.Tensor2D, at: number): Objective => {
    const noise = tf.tensor2d(stream(at, "noise").fill("normal", x.shape[0] * 4), [x.shape[0], 4]);
    const h = dense(x, w.value as tf.Tensor2D, b.value as tf.Tensor1D, "relu");
    const noisy = relu(tf.add<tf.Tensor2D>(h, tf.mul(noise, 1 / (1 + at))));
    parameters.defer(mean, tf.add(tf.mul(mean.value, 0.9), tf.mul(tf.mean(h, 0), 0.1)));
    const reconstruction = squaredError(
      dense(noisy, v.value as tf.Tensor2D, c.value as tf.Tensor1D, "linear"),
      x,
    );
    // Another objective from the fifth step on.
    const total = at < 5 ? tf.clone(reconstruction) : tf.mul<tf.Scalar>(reconstruction, 2);
    return { total, terms: { reconstruction }, weights: { reconstruction: at < 5 ? 1 : 2 } };
  };
  /** Takes one step and returns its terms. */
  const step = (evaluate: (x: tf.Tensor2D, at: number) => Objective = objective): number[] => {
    const at = steps++;
    const rows = at % 3 === 2 ? 5 : 8;
    const x = tf.tensor2d(stream(at, "x").fill("normal", rows * 6), [rows, 6]);
    const terms = scalarsOf(optimizer.minimize(() => evaluate(x, at)));
    const values = terms.map((term) => term.dataSync()[0]!);
    tf.dispose([x, ...terms]);
    return values;
  };
  const weights = () => [w, b, v, c, mean].map((parameter) => tf.tidy(() => [...parameter.value.dataSync()]));
  return { step, weights, objective };
}

/** Weights after eight steps on the total of `term(w, at)`, with functions or without. */
function trained(functions: boolean, term: (w: tf.Tensor, at: number) => tf.Scalar): number[] {
  const parameters = new Parameters();
  const w = parameters.create("w", [3], Float32Array.of(0.5, -1, 2));
  const optimizer = new Adam(parameters, { learningRate: 0.05 });
  for (let at = 0; at < 8; at++) {
    const objective = (): Objective => ({ total: term(w.value, at), terms: {}, weights: {} });
    running(functions, () => tf.dispose(scalarsOf(optimizer.minimize(objective))));
  }
  return tf.tidy(() => [...w.value.dataSync()]);
}

const title = `a compiled step${compiles ? "" : " (skipped: the native engine does not run here)"}`;

describe.skipIf(!compiles)(title, () => {
  test("gives the results of its operations with changing batches, noise, scalars and objectives", () => {
    const compiled = problem();
    const plain = problem();
    for (let i = 0; i < 12; i++) {
      const ours = running(true, compiled.step).result;
      const theirs = running(false, plain.step).result;
      for (const [j, value] of theirs.entries()) expect(ours[j]! / value).toBeCloseTo(1, 5);
    }
    for (const [i, values] of plain.weights().entries()) {
      for (const [j, value] of values.entries()) expect(compiled.weights()[i]![j]).toBeCloseTo(value, 4);
    }
  });

  test("is one call once it is recorded", () => {
    const { step } = problem();
    for (let i = 0; i < 9; i++) step();
    expect(running(true, step).kernels).toBe(1);
    const single = problem();
    for (let i = 0; i < 9; i++) running(false, single.step);
    expect(running(false, single.step).kernels).toBeGreaterThan(30);
  });

  test("leaks no tensor, however often it is recorded again", () => {
    const { step } = problem();
    step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) step();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("that reads a value before its end runs without a function", () => {
    const { step, objective } = problem();
    const reading = (x: tf.Tensor2D, at: number): Objective => {
      const terms = objective(x, at);
      return terms.total.dataSync()[0]! > 0 ? terms : { ...terms, total: tf.neg(terms.total) };
    };
    const plain = problem();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 4; i++)
      expect(step(reading)[0]).toBeCloseTo(running(false, plain.step).result[0]!, 5);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("may be the last to hold its inputs: no tensor shares JavaScript's memory, which only JavaScript's thread may free", () => {
    const values = new Float32Array(4);
    const x = tf.tensor1d(values);
    // The first kernel that takes a tensor copies its values to the engine.
    tf.neg(x).dispose();
    values.fill(1);
    expect([...x.dataSync()]).toEqual([0, 0, 0, 0]);
    x.dispose();
  });

  test("whose code throws throws that error, and the next step works", () => {
    const { step } = problem();
    step();
    const before = tf.memory().numTensors;
    expect(() =>
      step(() => {
        throw new Error("not today");
      }),
    ).toThrow("not today");
    expect(step()[0]).toBeGreaterThan(0);
    // The test did not dispose of the failed step's batch.
    expect(tf.memory().numTensors).toBe(before + 1);
  });

  test("derives its gradients when it is recorded, and no more", () => {
    let derived = 0;
    const cubes = (w: tf.Tensor) =>
      withGradient<tf.Scalar>(
        "test/cubes",
        [w],
        () => ({ value: tf.sum(tf.pow(w, 3)), saved: [w] }),
        (dy, [x]) => {
          derived++;
          return [() => tf.mul(dy, tf.mul(3, tf.square(x!)))];
        },
      );
    const compiled = trained(true, cubes);
    expect(derived).toBe(1);
    expect(compiled).toEqual(trained(false, cubes).map((value) => expect.closeTo(value, 5)));
  });

  // Each has the same kernels in all steps, and gradients that differ.
  test.each<[string, (w: tf.Tensor, at: number) => tf.Scalar]>([
    [
      "a gradient of the user's own that changes",
      (w, at) => {
        const scaled = tf.customGrad((x) => ({
          value: tf.square(x as tf.Tensor),
          gradFunc: (dy: tf.Tensor) => tf.mul(dy, at - 3),
        }));
        return tf.sum(scaled(w));
      },
    ],
    [
      "a part that is a constant in every second step",
      (w, at) => tf.sum(tf.mul(w, at % 2 ? constant(() => tf.square(w)) : tf.square(w))),
    ],
    [
      "another operation of the same kernels",
      (w, at) => {
        const same = (name: string, slope: number) =>
          withGradient(
            name,
            [w],
            () => ({ value: tf.square(w), saved: [] }),
            (dy) => [() => tf.mul(dy, slope)],
          );
        return tf.sum(at % 2 ? same("test/one", 1) : same("test/two", -2));
      },
    ],
    ["a kernel whose limits change", (w, at) => tf.sum(tf.square(tf.clipByValue(w, -at / 4, at / 4)))],
    [
      "a gradient inside of the objective",
      (w, at) => tf.sum(tf.square(tf.grad((x) => tf.sum(tf.mul(tf.pow(x, 3), 1 + at)))(w))),
    ],
    [
      "a value that only the gradient takes",
      (w, at) => {
        const weights = tf.tensor1d([at, 1, 2]);
        return tf.sum(
          withGradient(
            "test/weighted",
            [w],
            () => ({ value: tf.square(w), saved: [weights] }),
            (dy, [scale]) => [() => tf.mul(dy, scale!)],
          ),
        );
      },
    ],
  ])("is right with %s", (_, term) => {
    expect(trained(true, term)).toEqual(trained(false, term).map((value) => expect.closeTo(value, 5)));
  });
});
