import { describe, expect, test } from "vitest";
import { agglomerative } from "../src/clustering/agglomerative.js";
import { points } from "./scatteredPoints.js";

describe("agglomerative clustering", () => {
  // AgglomerativeClustering(k, linkage=linkage).fit_predict(x), numbered in order of appearance
  const expected = [
    {
      linkage: "ward",
      k: 5,
      clusters: [
        0, 1, 0, 2, 3, 0, 4, 2, 4, 0, 0, 3, 1, 2, 0, 3, 0, 1, 3, 1, 2, 3, 4, 3, 0, 1, 0, 0, 3, 4, 1, 0, 1, 0,
        4, 0, 2, 0, 4, 3,
      ],
    },
    {
      linkage: "ward",
      k: 9,
      clusters: [
        0, 1, 2, 3, 4, 5, 6, 3, 6, 0, 5, 4, 1, 3, 5, 7, 0, 1, 7, 1, 8, 7, 6, 4, 5, 1, 0, 0, 4, 6, 1, 2, 1, 0,
        6, 2, 8, 2, 6, 7,
      ],
    },
    {
      linkage: "average",
      k: 9,
      clusters: [
        0, 1, 2, 3, 4, 5, 6, 3, 6, 7, 5, 4, 1, 3, 5, 4, 7, 1, 4, 1, 8, 4, 6, 4, 5, 1, 7, 7, 4, 6, 1, 2, 1, 7,
        6, 2, 8, 2, 6, 4,
      ],
    },
  ] as const;
  test.each(expected)("finds scikit-learn's $k clusters by $linkage linkage", ({ linkage, k, clusters }) => {
    expect([...agglomerative(points, 2, k, linkage)]).toEqual(clusters);
  });

  test("makes as many clusters as asked for of equal points, of one each, and of all", () => {
    expect(new Set(agglomerative(new Float32Array(20), 2, 3, "ward")).size).toBe(3);
    expect([...agglomerative(points, 2, 40, "average")]).toEqual([...Array(40).keys()]);
    expect(new Set(agglomerative(points, 2, 1, "ward"))).toEqual(new Set([0]));
  });

  test("refuses more clusters than points, and what is no number", () => {
    expect(() => agglomerative(points, 2, 41, "ward")).toThrow(/41 clusters cannot be made of 40/);
    expect(() => agglomerative(Float32Array.of(0, Number.NaN), 1, 1, "ward")).toThrow(/finite/);
  });
});
