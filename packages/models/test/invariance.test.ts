/** Clusterings do not depend on where the data lies, nor on its unit. */
import { Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { agglomerative } from "../src/clustering/agglomerative.js";
import { numbered } from "../src/clustering/assignment.js";
import { dbscan } from "../src/clustering/dbscan.js";
import type { Covariance } from "../src/clustering/gmm/covariances.js";
import { fitMixture, mixtureDefaults } from "../src/clustering/gmm/em.js";
import { fitKMeans } from "../src/clustering/kmeans.js";
import { nearestReference } from "../src/clustering/nearestReference.js";
import { nearestNeighbours } from "../src/clustering/neighbours.js";
import { GaussianMixture } from "../src/networks/gaussianMixture.js";
import { kmeansSettings } from "../src/options.js";
import { Centroids } from "../src/training/centroids.js";

beforeAll(async () => {
  await startEngine();
});

// np.random.default_rng(1): three overlapping clouds of 8 points in the plane, rounded to eighths.
const cloud = [
  0.25, 0.75, 0.25, -1.125, 0.875, 0.375, -0.5, 0.5, 0.375, 0.25, 0, 0.5, -0.625, -0.125, -0.375, 0.5, 3,
  0.75, 2.25, 0.75, 3, 0.75, 4.125, 1.875, 0.5, -0.75, 2.875, 0.625, 3.25, 1.25, 4.875, 0, -0.375, 5.875,
  0.625, 4.625, -0.5, 2.5, 0.125, 4.125, -1.125, 3.375, -0.125, 3.125, -0.125, 4.125, 0, 3.5,
];
/** scikit-learn 1.9.1: KMeans(3, n_init=20) and its inertia, AgglomerativeClustering(3) of both linkages. */
const three = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2];
const inertia = 21.239707341269842;
/** scikit-learn 1.9.1: DBSCAN(eps=0.8, min_samples=3). */
const dense = [0, -1, 0, 0, 0, 0, 0, 0, 1, 1, 1, -1, -1, 1, 1, -1, -1, 2, 2, 2, -1, 2, 2, 2];

/** About a million; the cloud's standard deviation is 2, and float32 holds eighths up to there. */
const offsets = [0, 2 ** 20, -(2 ** 20) - 8];
/** Powers of two, so that the scaled values are exactly the cloud's: 1e-25, 1e-10, 1, 1e10 and 1e25. */
const scales = [2 ** -83, 2 ** -33, 1, 2 ** 33, 2 ** 83];
const n = 24;
const moved = [
  ...scales.map((unit) => ({ offset: 0, unit })),
  ...offsets.slice(1).flatMap((offset) => [scales[0]!, 1, scales[4]!].map((unit) => ({ offset, unit }))),
];

describe.each(moved)("moved by $offset, in units of $unit", ({ offset, unit }) => {
  const points = Float32Array.from(cloud, (value) => (value + offset) * unit);
  const tensor = (): tf.Tensor2D => tf.tensor2d(points, [n, 2]);
  const random = (restart: number) => stream(0, "k-means", restart);

  test("k-means finds scikit-learn's clusters, and so does the model that is kept", () => {
    const fit = fitKMeans(tensor(), kmeansSettings(3, 20), random);
    expect([...numbered(fit.assignment)]).toEqual(three);
    expect(fit.inertia / unit / unit).toBeCloseTo(inertia, 3);
    const centroids = new Centroids(new Parameters(), 3, 2);
    centroids.set(fit.centroids);
    expect([...centroids.nearest(tensor()).dataSync()]).toEqual([...fit.assignment]);
    const own = centroids.distances(tensor()).dataSync<"float32">();
    const squares = [...fit.assignment].map((cluster, row) => (own[row * 3 + cluster]! / unit) ** 2);
    expect(squares.reduce((sum, square) => sum + square, 0)).toBeCloseTo(inertia, 2);
  });

  test("as many clusters as points have no inertia, not a negative one", () => {
    const fit = fitKMeans(tensor(), kmeansSettings(n, 5), random);
    expect(fit.inertia / unit / unit).toBeGreaterThanOrEqual(0);
    expect(fit.inertia / unit / unit).toBeCloseTo(0, 4);
  });

  test("one cluster lies at the mean", () => {
    const fit = fitKMeans(tensor(), kmeansSettings(1, 1), random);
    const mean = cloud.reduce((sum, value, i) => sum + (i % 2 === 0 ? value : 0), 0) / n;
    expect(fit.centroids[0]! / unit - offset).toBeCloseTo(mean, 2);
  });

  test.each(["diag", "full", "tied"] as const)("a mixture has the same posteriors, %s", (covariance) => {
    const posteriors = (values: Float32Array, scale: number): number[] => {
      const x = tf.tensor2d(values, [n, 2]);
      const options = {
        ...mixtureDefaults,
        // In the unit of the data, as its variances are.
        regularisation: mixtureDefaults.regularisation * scale ** 2,
        components: 3,
        covariance: covariance as Covariance,
      };
      const start = fitKMeans(x, kmeansSettings(3, 5), random);
      const mixture = new GaussianMixture(new Parameters(), 3, 2, covariance);
      mixture.set(fitMixture(x, start, options), options);
      return [...tf.softmax(mixture.logDensities(x)).dataSync()];
    };
    const here = posteriors(Float32Array.from(cloud), 1);
    const there = posteriors(points, unit);
    // Components are those of equal k-means: in the same order.
    there.forEach((value, i) => {
      expect(value).toBeCloseTo(here[i]!, 3);
    });
  });

  test("agglomerative clustering and DBSCAN find scikit-learn's clusters", () => {
    expect([...agglomerative(points, 2, 3, "ward")]).toEqual(three);
    expect([...agglomerative(points, 2, 3, "average")]).toEqual(three);
    expect([...dbscan(points, 2, { radius: 0.8 * unit, minimumPoints: 3 })]).toEqual(dense);
  });

  test("nearest neighbours are the same", () => {
    const here = nearestNeighbours(Float32Array.from(cloud), 2, 5);
    const there = nearestNeighbours(points, 2, 5);
    expect(there.rows).toEqual(here.rows);
    there.squared.forEach((value, i) => {
      expect(value / unit / unit).toBeCloseTo(here.squared[i]!, 6);
    });
  });
});

test("a nearest reference is found among references far from the origin", () => {
  const far = (values: number[]) =>
    tf.tensor2d(
      values.map((value) => value + 5e6),
      [values.length, 1],
    );
  expect([...nearestReference(far([0, 9, 21]), far([0, 10, 20]))]).toEqual([0, 1, 2]);
});

test("three sites 40 metres apart in UTM coordinates are three clusters", () => {
  const random = stream(3, "sites");
  const values = Float32Array.from({ length: 300 }, (_, i) => {
    const site = Math.floor(i / 2) % 3;
    return (i % 2 === 0 ? 432_000 + 40 * site : 5_411_000) + 2 * random.normal();
  });
  const { assignment, inertia: left } = fitKMeans(tf.tensor2d(values, [150, 2]), kmeansSettings(3, 20), (r) =>
    stream(0, r),
  );
  expect([...numbered(assignment)]).toEqual(Array.from({ length: 150 }, (_, row) => row % 3));
  expect(left).toBeGreaterThan(0);
});

test.each([1, 3])("%d equal points in as many clusters as there are points", (count) => {
  const fit = fitKMeans(tf.fill([count, 2], 7), kmeansSettings(count, 3), (r) => stream(0, r));
  expect(fit.inertia).toBe(0);
  expect([...fit.centroids]).toEqual(new Array(2 * count).fill(7));
});
