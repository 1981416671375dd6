/** The expectation step of a Gaussian mixture with diagonal covariances, against its definition in float64. */
import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import type { NodeBackend } from "../src/core/native.js";
import { expectDiagonal, startEngine, tf } from "../src/index.js";
import { sizes } from "./sizes.js";
import { withBinding } from "./withBinding.js";

await startEngine({ threads: 2 });
const { binding } = tf.backend() as unknown as NodeBackend;

function problem(n: number, d: number, k: number) {
  const random = stream(n, "expectation", d, k);
  const x = random.fill("normal", n * d);
  return {
    ...{ x, points: tf.tensor2d(x, [n, d]) },
    frame: { centre: random.fill("normal", d), scale: 0.25 },
    mixture: {
      means: Float64Array.from(random.fill("normal", k * d), (value) => value / 4),
      deviations: Float64Array.from({ length: k * d }, () => 1 + 2 * random.uniform()),
      offsets: Float64Array.from({ length: k }, () => random.normal()),
    },
  };
}

/** The definition. */
function expected({ x, frame: { centre, scale }, mixture }: ReturnType<typeof problem>) {
  const { means, deviations, offsets } = mixture;
  const [k, d] = [offsets.length, centre.length];
  const sums = { mass: new Float64Array(k), first: new Float64Array(k * d), second: new Float64Array(k * d) };
  let logLikelihood = 0;
  for (let from = 0; from < x.length; from += d) {
    const point = Array.from({ length: d }, (_, i) => (x[from + i]! - centre[i]!) * scale);
    const logs = Array.from(offsets, (offset, j) =>
      point.reduce(
        (sum, value, i) => sum - 0.5 * ((value - means[j * d + i]!) * deviations[j * d + i]!) ** 2,
        offset,
      ),
    );
    const largest = Math.max(...logs);
    const total = logs.reduce((sum, log) => sum + Math.exp(log - largest), 0);
    logLikelihood += largest + Math.log(total);
    logs.forEach((log, j) => {
      const r = Math.exp(log - largest) / total;
      sums.mass[j]! += r;
      point.forEach((value, i) => {
        sums.first[j * d + i]! += r * value;
        sums.second[j * d + i]! += r * value ** 2;
      });
    });
  }
  return { ...sums, logLikelihood };
}

describe.skipIf(!binding?.expectMixture)("expectation", () => {
  test.each(sizes)("of %i points of %i numbers, %i components", (n, d, k) => {
    const given = problem(n, d, k);
    const found = expectDiagonal(given.points, given.frame, given.mixture)!;
    const { logLikelihood, ...sums } = expected(given);
    expect(found.logLikelihood / n).toBeCloseTo(logLikelihood / n, 3);
    for (const name of ["mass", "first", "second"] as const) {
      const error = found[name].reduce(
        (most, value, i) => Math.max(most, Math.abs(value - sums[name][i]!)),
        0,
      );
      expect(error / n, name).toBeLessThan(1e-5);
    }
    given.points.dispose();
  });

  test("is the same bytes with any number of threads", () => {
    const { points, frame, mixture } = problem(30_000, 6, 9);
    const one = withBinding({ threads: 1 }, () => expectDiagonal(points, frame, mixture));
    for (const threads of [2, 5]) {
      expect(withBinding({ threads }, () => expectDiagonal(points, frame, mixture))).toEqual(one);
    }
    points.dispose();
  });

  test("refuses sizes that do not fit", () => {
    const { points, frame, mixture } = problem(4, 2, 3);
    const shorter = { ...mixture, means: mixture.means.subarray(1) };
    expect(() => expectDiagonal(points, frame, shorter)).toThrow(RangeError);
    points.dispose();
  });
});

test("an engine without the function has none", () => {
  const { points, frame, mixture } = problem(4, 2, 3);
  expect(
    withBinding({ expectMixture: undefined }, () => expectDiagonal(points, frame, mixture)),
  ).toBeUndefined();
  points.dispose();
});
