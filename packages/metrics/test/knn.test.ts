import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { knnErrors, nearestNeighbours, votersOf } from "../src/index.js";
import { NearestLists } from "../src/nearestList.js";
import { dotProducts, searchByProducts, searchWith } from "../src/product.js";

interface KnnCase {
  name: string;
  d: number;
  base: number[];
  queries: number[];
  baseLabels: number[];
  queryLabels: number[];
  indices: number[];
  squaredDistances: number[];
  errors: { k: number; error: number }[];
}
const { cases } = JSON.parse(readFileSync(new URL("./fixtures/knn.json", import.meta.url), "utf8")) as {
  cases: KnnCase[];
};

/** Repeatable numbers in [0, 1) without a pattern. */
const noise = (i: number): number => {
  const x = Math.sin(i * 12.9898 + 78.233) * 43758.5453;
  return x - Math.floor(x);
};
const rows = (n: number, d: number, value: (i: number) => number) =>
  Float32Array.from({ length: n * d }, (_, i) => value(i));

/** Neighbours by sorting every distance: the expected result of a search. */
function bySorting(base: Float32Array, queries: Float32Array, d: number, k: number): number[] {
  const found: number[] = [];
  for (let q = 0; q < queries.length; q += d) {
    const all = Array.from({ length: base.length / d }, (_, index) => {
      let distance = 0;
      for (let j = 0; j < d; j++) distance += (base[index * d + j]! - queries[q + j]!) ** 2;
      return { index, distance };
    });
    all.sort((a, b) => a.distance - b.distance || a.index - b.index);
    found.push(...all.slice(0, k).map(({ index }) => index));
  }
  return found;
}

function byProducts(
  base: Float32Array,
  queries: Float32Array,
  d: number,
  k: number,
  product = dotProducts,
): number[] {
  const lists = new NearestLists(queries.length / d, k);
  searchByProducts(base, queries, d, lists, searchWith(product));
  return [...lists.indices];
}

describe.each(cases)("$name", (example) => {
  const { d, baseLabels, queryLabels, errors } = example;
  const base = Float32Array.from(example.base);
  const queries = Float32Array.from(example.queries);
  const k = Math.max(...errors.map((entry) => entry.k));

  test("the neighbours are those of numpy, with the same distances to 1e-9", () => {
    const found = nearestNeighbours({ base, queries, d, k });
    expect([...found.indices]).toEqual(example.indices);
    example.squaredDistances.forEach((distance, i) => {
      expect(Math.abs(found.squaredDistances[i]! - distance)).toBeLessThanOrEqual(
        1e-9 * Math.max(1, distance),
      );
    });
  });

  test("products find the same neighbours in any number of dimensions", () => {
    expect(byProducts(base, queries, d, k)).toEqual(example.indices);
  });

  test("the error of the vote is that of scikit-learn", () => {
    const found = knnErrors({ base, baseLabels, queries, queryLabels, d, k: errors.map((entry) => entry.k) });
    expect(found.map((entry) => entry.k)).toEqual(errors.map((entry) => entry.k));
    found.forEach(({ error }, i) => {
      expect(Math.abs(error - errors[i]!.error)).toBeLessThan(1e-9);
    });
  });
});

test.each([1, 3, 12, 13])(
  "in %i dimensions, the neighbours among 3,000 examples are those found by sorting every distance",
  (d) => {
    const base = rows(3000, d, (i) => noise(i) + Math.floor(3 * noise(Math.floor(i / d) + 0.5)));
    const queries = rows(40, d, (i) => 3 * noise(i + 1e6));
    const expected = bySorting(base, queries, d, 10);
    expect([...nearestNeighbours({ base, queries, d, k: 10 }).indices]).toEqual(expected);
    expect(byProducts(base, queries, d, 10)).toEqual(expected);
  },
);

test.each([2, 20])("in %i dimensions, equal examples are found by lowest row", (d) => {
  const base = rows(500, d, () => 0.1);
  expect([...nearestNeighbours({ base, queries: rows(1, d, () => 0.7), d, k: 4 }).indices]).toEqual([
    0, 1, 2, 3,
  ]);
});

test("neighbours are exact if Float32 products cannot distinguish them", () => {
  // 2,000 examples around 10,000: the squared distances near 1e-6 vanish beside squared norms of 2e9.
  const d = 20;
  const base = rows(2000, d, (i) => 10_000 + Math.round(4 * noise(i)) / 1024);
  base.set(
    rows(1, d, () => -10_000),
    0,
  );
  const queries = rows(10, d, (i) => 10_000 + Math.round(4 * noise(i + 5e5)) / 1024);
  expect(byProducts(base, queries, d, 5)).toEqual(bySorting(base, queries, d, 5));
});

test("all examples whose order rounding leaves open are compared, however many", () => {
  // 1,000 copies of two points that differ by less than the error of Float32 sums.
  const d = 16;
  const base = rows(1000, d, (i) => (i < 600 * d ? 0.5 : 0.5 - 2 ** -24));
  const queries = rows(3, d, (i) => -0.5 + 2 ** -20 * i);
  expect(byProducts(base, queries, d, 8)).toEqual(bySorting(base, queries, d, 8));
});

test("the bound holds for products with the largest possible Float32 error of either sign", () => {
  // Two groups of near copies at opposite corners, and queries orthogonal to both: all distances are nearly equal.
  const d = 16;
  const near = (value: number, i: number) => value * (1 + Math.floor(8 * noise(i)) * 2 ** -23);
  const base = rows(1500, d, (i) => near(Math.floor(i / d) % 2 === 0 ? 0.5 : -0.5, i));
  const queries = rows(20, d, (i) => near(i % 2 === 0 ? 0.5 : -0.5, i + 3e5));
  const erring = (a: Float32Array, b: Float32Array, width: number): Float32Array => {
    const norm = (values: Float32Array, row: number) =>
      Math.hypot(...values.subarray(row * width, (row + 1) * width));
    const n = b.length / width;
    return dotProducts(a, b, width).map((value, i) => {
      const reach = (width - 1) * 2 ** -24 * norm(a, Math.floor(i / n)) * norm(b, i % n);
      return value + (i % 2 === 0 ? reach : -reach);
    });
  };
  expect(byProducts(base, queries, d, 10, erring)).toEqual(bySorting(base, queries, d, 10));
});

test.each([1e-30, 1e30])(
  "neighbours are exact at the scale %d, at which Float32 products under- or overflow",
  (scale) => {
    const d = 15;
    const base = rows(300, d, (i) => scale * noise(i));
    const queries = rows(10, d, (i) => scale * noise(i + 7e5));
    expect([...nearestNeighbours({ base, queries, d, k: 3 }).indices]).toEqual(
      bySorting(base, queries, d, 3),
    );
  },
);

test("products cover sizes that are not a multiple of a block", () => {
  // 2 × 3 rows of 2: [1 2; 3 4] · [5 6; 7 8; 9 10]ᵀ.
  const products = dotProducts(Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8, 9, 10), 2);
  expect([...products]).toEqual([17, 23, 29, 39, 53, 67]);
  const d = 13;
  const base = rows(8195, d, noise);
  const queries = rows(1025, d, (i) => noise(i + 9e5));
  const last = queries.subarray(1024 * d);
  expect(byProducts(base, queries, d, 3).slice(1024 * 3)).toEqual(bySorting(base, last, d, 3));
});

test("in many dimensions, the given search computes the products", () => {
  let calls = 0;
  const search = searchWith((a, b, d) => {
    calls++;
    return dotProducts(a, b, d);
  });
  nearestNeighbours({ base: rows(10, 30, noise), queries: rows(2, 30, noise), d: 30, k: 1, search });
  expect(calls).toBe(1);
});

test("if votes are equal, the smallest class wins", () => {
  const options = {
    base: Float32Array.of(1, 2, 3, 4),
    baseLabels: [2, 1, 1, 2],
    queries: Float32Array.of(0),
    d: 1,
    k: [1, 2, 4],
  };
  expect(knnErrors({ ...options, queryLabels: [1] }).map(({ error }) => error)).toEqual([100, 0, 0]);
});

test("invalid values, k and lengths are rejected with the row or the range", () => {
  const base = Float32Array.of(0, 1, Number.NaN, 3);
  expect(() => nearestNeighbours({ base, queries: Float32Array.of(0, 0), d: 2, k: 1 })).toThrow(
    "base holds NaN in row 1",
  );
  const three = Float32Array.of(0, 1, 2);
  expect(() => nearestNeighbours({ base: three, queries: three, d: 1, k: 4 })).toThrow(
    "k is 4; expected 1 … 3",
  );
  expect(() => nearestNeighbours({ base: three, queries: three, d: 2, k: 1 })).toThrow(
    "expected a multiple of 2",
  );
});

describe("who votes on whom", () => {
  const rows = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const voters = (train: number, test: number, d: number, queries: number | null) =>
    votersOf({
      labels: new Int32Array(train + test),
      splits: { train: rows(0, train), test: rows(train, train + test) },
      latent: { values: new Float32Array(0), d },
      settings: { knn: { k: [1], queries }, validationSplit: "train", trainedOnLabels: false },
    });

  test.each([
    ["MNIST", 60_000, 10_000, 512],
    ["SVHN", 73_257, 26_032, 512],
  ])("all test examples of %s", (_, train, test, d) => {
    const { base, queries, of } = voters(train, test, d, null);
    expect([base.length, queries.length, of]).toEqual([train, test, test]);
  });

  test("of more than a minute's search, evenly spaced ones", () => {
    const { queries, of } = voters(900_000, 100_000, 20, null);
    expect(of).toBe(100_000);
    expect(queries).toHaveLength(44_444);
    const steps = queries.subarray(1).map((row, i) => row - queries[i]!);
    expect([queries[0], Math.min(...steps), Math.max(...steps)]).toEqual([900_000, 2, 3]);
  });

  test("as many as the settings name", () => {
    expect([...voters(4, 10, 2, 5).queries]).toEqual([4, 6, 8, 10, 12]);
    expect(voters(4, 10, 2, 50).queries).toHaveLength(10);
  });

  test("examples without a label have no part in it", () => {
    const run = {
      labels: Int32Array.of(0, -1, 1, -1),
      splits: { train: rows(0, 2), test: rows(2, 4) },
      latent: { values: new Float32Array(0), d: 1 },
      settings: { knn: { k: [1], queries: null }, validationSplit: "train" as const, trainedOnLabels: false },
    };
    expect(votersOf(run)).toEqual({ base: Uint32Array.of(0), queries: Uint32Array.of(2), of: 1 });
  });
});
