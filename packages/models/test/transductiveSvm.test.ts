import { Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { lbfgs } from "../src/clustering/lbfgs.js";
import { smoothHinge, unlabelledLoss } from "../src/networks/svmObjective.js";
import { TransductiveSvm } from "../src/networks/transductiveSvm.js";
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

const moons = twoMoons(0.05);

/** The share of two moons that a machine has right, of which some rows are labelled. */
function shareRight(
  labelled: number[],
  settings: { widths: number[]; regularisations: number[]; fits?: number },
): number {
  const labels = Int32Array.from({ length: moons.n }, (_, row) => (labelled.includes(row) ? row % 2 : -1));
  const random = (...names: (string | number)[]) => stream(0, ...names);
  const options = { kernelFeatures: 100, unlabelled: 1000, margin: 1, ...settings };
  const svm = new TransductiveSvm(new Parameters(), random, 2, 2, options);
  const points = tf.tensor2d(moons.all(), [moons.n, 2]);
  for (let fit = 0; fit < (settings.fits ?? 1); fit++) svm.fit(points, labels);
  const found = tf.tidy(() => tf.argMax(svm.scores(points), 1).dataSync());
  points.dispose();
  return found.filter((side, row) => side === row % 2).length / moons.n;
}

const three = [0, 1, 128, 129, 254, 255];
const good = { widths: [1], regularisations: [1e-3] };

test("with three labelled points in each, two moons are told apart", () => {
  expect(shareRight(three, good)).toBeGreaterThan(0.95);
});

test("cross-validation finds the width that tells them apart beside one that does not", () => {
  const ten = Array.from({ length: 20 }, (_, i) => i * 12 + (i % 2));
  expect(shareRight(ten, { ...good, widths: [30] })).toBeLessThan(0.9);
  expect(shareRight(ten, { ...good, widths: [30, 1] })).toBeGreaterThan(0.95);
});

test("a second fit overwrites the first, and no tensor is left", () => {
  const before = tf.memory().numTensors;
  const once = shareRight(three, good);
  const kept = tf.memory().numTensors - before;
  expect(shareRight(three, { ...good, fits: 2 })).toBe(once);
  expect(tf.memory().numTensors - before).toBe(2 * kept);
});
