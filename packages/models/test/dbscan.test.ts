import { startEngine } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { coreDistances, dbscan, findRadius } from "../src/clustering/dbscan.js";
import { points } from "./scatteredPoints.js";

beforeAll(async () => {
  await startEngine();
});

describe("DBSCAN", () => {
  test("finds scikit-learn's clusters and noise", () => {
    // DBSCAN(eps=.5, min_samples=3).fit_predict(x), then (.6, 4) and (.3, 3)
    expect([...dbscan(points, 2, { radius: 0.5, minimumPoints: 3 })]).toEqual([
      -1, 0, 5, -1, 1, -1, 2, -1, -1, 3, -1, 1, 0, -1, -1, -1, 3, -1, 4, -1, -1, 4, -1, 1, -1, 0, -1, 3, 1, 2,
      0, 5, 0, 3, 2, 5, -1, 5, 2, 4,
    ]);
    expect([...dbscan(points, 2, { radius: 0.6, minimumPoints: 4 })]).toEqual([
      -1, 0, 4, -1, 3, -1, 1, -1, -1, 2, -1, 3, 0, -1, -1, 3, 2, 0, 3, 0, -1, 3, -1, 3, -1, 0, -1, 2, 3, 1, 0,
      4, 0, 2, 1, 4, -1, 4, 1, 3,
    ]);
    expect([...dbscan(points, 2, { radius: 0.3, minimumPoints: 3 })]).toEqual([
      -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1,
      -1, -1, 1, -1, -1, -1, -1, 1, -1, -1, -1, 1, -1,
    ]);
  });

  test("calls all noise if no point has neighbours, and equal points one cluster", () => {
    expect(new Set(dbscan(points, 2, { radius: 1e-3, minimumPoints: 2 }))).toEqual(new Set([-1]));
    expect(new Set(dbscan(new Float32Array(20), 2, { radius: 0, minimumPoints: 10 }))).toEqual(new Set([0]));
  });

  test("finds the radius from which on each point is a core point", () => {
    // np.sort(NearestNeighbors(n_neighbors=4).fit(x).kneighbors(x)[0][:, 3])[[9, 19, 39]]
    const distances = coreDistances(points, 2, 4);
    expect([9, 19, 39].map((i) => distances[i]!.toFixed(5))).toEqual(["0.51793", "0.63967", "1.31529"]);
    // Fewer points than a core point needs: the farthest of them.
    expect([...coreDistances(Float32Array.of(0, 1, 3), 1, 9)]).toEqual([2, 3, 3]);
  });

  test("finds a radius that neither joins all nor calls all noise", () => {
    // Two groups of five, 1 apart within and 20 between, and a stray point.
    const line = Float32Array.of(0, 1, 2, 3, 4, 24, 25, 26, 27, 28, 100);
    const radius = findRadius(line, 1, 3);
    expect([...dbscan(line, 1, { radius, minimumPoints: 3 })]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1]);
    expect(findRadius(new Float32Array(10), 1, 3)).toBe(0);
  });

  test("refuses what is no number", () => {
    const holed = Float32Array.of(0, Number.NaN);
    expect(() => dbscan(holed, 1, { radius: 1, minimumPoints: 1 })).toThrow(/finite/);
  });
});
