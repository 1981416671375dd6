/** Projections do not depend on where the data lies, nor on its unit. */
import { startEngine } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { fitTsne, fitUmap, principalComponents } from "../src/index.js";

beforeAll(async () => {
  await startEngine();
});

const d = 3;
const n = 45;
/** Three groups of 15 points, rounded to eighths: float32 holds them exactly a million away. */
const noise = stream(0, "points");
const cloud = Array.from(
  { length: n * d },
  (_, i) => Math.round(8 * ((Math.floor(i / d) % 3 === i % d ? 9 : 0) + noise.normal())) / 8,
);
const umapOptions = { dimensions: 2, neighbours: 8, minimumDistance: 0.1, epochs: 100 };
const tsneOptions = { perplexity: 8, steps: 250 };

/** Share of the points whose nearest neighbour in the plane is of their own group. */
function purity(positions: ArrayLike<number>): number {
  const own = Array.from({ length: n }, (_, i) => {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      const distance = Math.hypot(
        positions[2 * i]! - positions[2 * j]!,
        positions[2 * i + 1]! - positions[2 * j + 1]!,
      );
      if (j !== i && distance < least) [nearest, least] = [j, distance];
    }
    return nearest % 3 === i % 3;
  });
  return own.filter(Boolean).length / n;
}

// Powers of two near 1e-25 and 1e25, so that the scaled values are exactly those of the cloud.
describe.each([2 ** -83, 2 ** 83])("in units of %d", (unit) => {
  const scaled = Float32Array.from(cloud, (value) => value * unit);

  test("UMAP and t-SNE place every point as before", async () => {
    const values = Float32Array.from(cloud);
    const here = await fitUmap(values, d, umapOptions, stream(1));
    expect(await fitUmap(scaled, d, umapOptions, stream(1))).toEqual(here);
    // Bisection ends at a tolerance, so that rounding may move a bandwidth a little.
    expect(purity(fitTsne(values, d, tsneOptions, stream(1)))).toBe(1);
    expect(purity(fitTsne(scaled, d, tsneOptions, stream(1)))).toBe(1);
  });

  test("principal components have the same scores", () => {
    const rows = (values: ArrayLike<number>) =>
      Array.from({ length: n }, (_, i) => Float64Array.from({ length: d }, (_, j) => values[i * d + j]!));
    const here = principalComponents(rows(cloud), 2, stream(1));
    const there = principalComponents(rows(scaled), 2, stream(1));
    there.scores.flat().forEach((value, i) => {
      expect(value / unit).toBeCloseTo(here.scores.flat()[i]!, 4);
    });
    expect(there.varianceOfTwo).toBeCloseTo(here.varianceOfTwo, 6);
  });
});

test("a million away from the origin the groups stay apart", async () => {
  const far = Float32Array.from(cloud, (value) => value + 2 ** 20);
  expect(purity(await fitUmap(far, d, umapOptions, stream(1)))).toBe(1);
  expect(purity(fitTsne(far, d, tsneOptions, stream(1)))).toBe(1);
});

test("equal points, a constant column and a single column are embedded as numbers", async () => {
  const cases: [values: number[], d: number][] = [
    [new Array(30).fill(5), 3],
    [Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 5 : i)), 3],
    [Array.from({ length: 10 }, (_, i) => i % 4), 1],
  ];
  for (const [values, columns] of cases) {
    const points = Float32Array.from(values);
    const umap = await fitUmap(points, columns, umapOptions, stream(1));
    expect(
      [...umap, ...fitTsne(points, columns, { perplexity: 2, steps: 50 }, stream(1))].every(Number.isFinite),
    ).toBe(true);
  }
});
