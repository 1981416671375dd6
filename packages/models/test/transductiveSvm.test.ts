import { Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { lbfgs } from "../src/clustering/lbfgs.js";
import { smoothHinge, TransductiveSvm, unlabelledLoss } from "../src/networks/transductiveSvm.js";
import { twoMoons } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

test("L-BFGS finds the minimum of Rosenbrock's valley, (1, 1)", () => {
  const valley = ([x, y]: Float64Array) => ({
    value: (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
    gradient: Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! ** 2), 200 * (y! - x! ** 2)),
  });
  const found = lbfgs(valley, Float64Array.of(-1.2, 1), { memory: 10, evaluations: 500, tolerance: 1e-8 });
  expect(found[0]).toBeCloseTo(1, 5);
  expect(found[1]).toBeCloseTo(1, 5);
});

test("L-BFGS stops after so many evaluations, no higher than it began", () => {
  let calls = 0;
  const parabola = ([x]: Float64Array) => {
    calls++;
    return { value: x! ** 4, gradient: Float64Array.of(4 * x! ** 3) };
  };
  const [x] = lbfgs(parabola, Float64Array.of(3), { memory: 5, evaluations: 4, tolerance: 0 });
  expect(calls).toBeLessThanOrEqual(4);
  expect(Math.abs(x!)).toBeLessThan(3);
});

test("the smooth hinge is log 2 / 20 at the margin, 1 on the boundary and 2 on the wrong side", () => {
  const hinge = smoothHinge(tf.tensor1d([1, 0, -1])).dataSync();
  expect(hinge[0]).toBeCloseTo(Math.LN2 / 20, 6);
  expect(hinge[1]).toBeCloseTo(1, 5);
  expect(hinge[2]).toBeCloseTo(2, 5);
});

test("an unlabelled example costs 1 on the boundary and exp(-3) at the margin", () => {
  const loss = unlabelledLoss(tf.tensor1d([0, 1, -1])).dataSync();
  [1, 0.0497871, 0.0497871].forEach((value, i) => {
    expect(loss[i]).toBeCloseTo(value, 6);
  });
});

test("with three labelled points in each, two moons are told apart", () => {
  const moons = twoMoons(0.05);
  const labels = Int32Array.from({ length: moons.n }, (_, row) =>
    [0, 1, 128, 129, 254, 255].includes(row) ? row % 2 : -1,
  );
  const random = (...names: (string | number)[]) => stream(0, ...names);
  const options = { kernelFeatures: 300, unlabelled: 1000, margin: 1, regularisation: 1e-3 };
  const svm = new TransductiveSvm(new Parameters(), random, 2, 2, options);
  const points = tf.tensor2d(moons.all(), [moons.n, 2]);
  svm.fit(points, labels);
  const found = tf.argMax(svm.scores(points), 1).dataSync();
  const right = found.filter((side, row) => side === row % 2).length / moons.n;
  expect(right).toBeGreaterThan(0.95);
});
