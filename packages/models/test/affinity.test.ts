import { startEngine } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { Clusters } from "../src/clustering/affinity/clusters.js";
import { affinityGraph } from "../src/clustering/affinity/graph.js";
import { agglomerate, nearestNeighbourClusters } from "../src/clustering/affinity/merging.js";
import { nearestNeighbours } from "../src/clustering/neighbours.js";

beforeAll(async () => {
  await startEngine();
});

/** 0, 1 and 3 on a line. */
const line = Float32Array.of(0, 1, 3);
/** np.array([[3*np.sin(1.7*i), 2*np.cos(i*i)] for i in range(14)]) */
const points = new Float32Array(28);
for (let i = 0; i < 14; i++) points.set([3 * Math.sin(1.7 * i), 2 * Math.cos(i * i)], 2 * i);
const singles = Int32Array.from({ length: 14 }, (_, i) => i);

describe("nearest neighbours", () => {
  test("are those of all pairwise distances, nearest first", () => {
    const n = 50;
    const d = 3;
    const x = stream(0, "x").fill("normal", n * d);
    const { rows, squared } = nearestNeighbours(x, d, 4);
    for (let i = 0; i < n; i++) {
      const distances = Array.from({ length: n }, (_, j) => ({
        j,
        squared: [0, 1, 2].reduce((sum, k) => sum + (x[i * d + k]! - x[j * d + k]!) ** 2, 0),
      }));
      const expected = distances.filter(({ j }) => j !== i).sort((a, b) => a.squared - b.squared);
      expect([...rows.subarray(i * 4, i * 4 + 4)]).toEqual(expected.slice(0, 4).map(({ j }) => j));
      expect(squared[i * 4]).toBeCloseTo(expected[0]!.squared, 6);
    }
  });

  test("of duplicates never are the point itself", () => {
    const { rows, squared } = nearestNeighbours(new Float32Array(10).fill(2), 1, 3);
    rows.forEach((row, at) => {
      expect(row).not.toBe(Math.floor(at / 3));
    });
    expect([...squared]).toEqual(new Array(30).fill(0));
  });

  test("are refused of too few examples, and of values that are no numbers", () => {
    expect(() => nearestNeighbours(line, 1, 3)).toThrow(/3 nearest neighbours cannot be found among 3/);
    expect(() => nearestNeighbours(Float32Array.of(0, Number.NaN, 1), 1, 1)).toThrow(/finite/);
  });
});

describe("the graph", () => {
  test("weighs by exp(-d² / σ²), σ² the mean squared distance to neighbours", () => {
    // Neighbours: 0 → 1 and 1 → 0 at d² = 1, 2 → 1 at d² = 4; σ² = 2.
    const { outgoing, incoming } = affinityGraph(nearestNeighbours(line, 1, 1));
    expect(outgoing.map((edges) => edges.map(({ row }) => row))).toEqual([[1], [0], [1]]);
    [0.5, 0.5, 2].forEach((exponent, i) => {
      expect(outgoing[i]![0]!.weight).toBeCloseTo(Math.exp(-exponent), 10);
    });
    expect(incoming.map((edges) => edges.map(({ row }) => row))).toEqual([[1], [0, 2], []]);
  });

  test("is NumPy's on fourteen points", () => {
    const { outgoing } = affinityGraph(nearestNeighbours(points, 2, 4));
    // N = np.argsort(D, 1)[:, :4]; W[i, N[i]] = np.exp(-D[i, N[i]] / D[np.arange(14)[:, None], N].mean())
    const expected = new Map([
      [7, 0.163914],
      [9, 0.581777],
      [11, 0.214102],
      [13, 0.913897],
    ]);
    expect(outgoing[0]).toHaveLength(4);
    for (const { row, weight } of outgoing[0]!) expect(weight).toBeCloseTo(expected.get(row)!, 5);
  });

  test("of duplicates alone weighs 1", () => {
    const { outgoing } = affinityGraph(nearestNeighbours(new Float32Array(4), 1, 2));
    expect(outgoing.flat().map(({ weight }) => weight)).toEqual(new Array(8).fill(1));
  });
});

describe("the affinity of clusters", () => {
  test("is Σ of in-degree times out-degree over the squared size: by hand", () => {
    // Of {0} and {1, 2}: W_01 W_10 = e^-1 of 1's side, over 1²; and the same from the other, over 2².
    const clusters = new Clusters(affinityGraph(nearestNeighbours(line, 1, 1)), Int32Array.of(0, 1, 1));
    expect(clusters.affinity(0, 1)).toBeCloseTo(Math.exp(-1) * (1 + 1 / 4), 10);
    expect(clusters.affinity(1, 0)).toBe(clusters.affinity(0, 1));
  });

  test("is NumPy's for four clusters, and still after a merge", () => {
    // (W[i][:, j] @ W[j][:, i]).sum() / len(i)**2 + (W[j][:, i] @ W[i][:, j]).sum() / len(j)**2, clusters i % 4
    const start = Int32Array.from({ length: 14 }, (_, i) => i % 4);
    const clusters = new Clusters(affinityGraph(nearestNeighbours(points, 2, 4)), start);
    expect(clusters.affinity(0, 1)).toBeCloseTo(1.078772, 5);
    expect(clusters.affinity(0, 2)).toBe(0);
    expect(clusters.affinity(1, 3)).toBeCloseTo(0.071439, 5);
    expect(clusters.affinity(2, 3)).toBeCloseTo(0.725331, 5);
    clusters.merge(0, 1);
    expect(clusters.affinity(0, 2)).toBe(0);
    expect(clusters.affinity(0, 3)).toBeCloseTo(0.062302, 5);
    expect(clusters.affinity(2, 3)).toBeCloseTo(0.725331, 5);
    expect(clusters.size).toBe(3);
  });
});

describe("merging", () => {
  const neighbours = () => nearestNeighbours(points, 2, 4);
  const graph = () => affinityGraph(neighbours());

  test("starts from chains of nearest neighbours", () => {
    // scipy.sparse.csgraph.connected_components of the edges i → N[i, 0]
    expect([...nearestNeighbourClusters(neighbours(), 2)]).toEqual([
      0, 1, 2, 3, 2, 4, 3, 3, 1, 0, 3, 2, 4, 0,
    ]);
  });

  test("starts from single examples if chains leave too few clusters", () => {
    expect([...nearestNeighbourClusters(neighbours(), 6)]).toEqual([...singles]);
  });

  test("refuses more clusters than examples", () => {
    expect(() => nearestNeighbourClusters(neighbours(), 15)).toThrow(/15 clusters cannot be made of 14/);
  });

  // Brute force in NumPy: every affinity from the dense W before every merge, K_c = 3.
  test.each([
    [5, 4, [0, 1, 2, 3, 2, 1, 3, 3, 1, 0, 3, 2, 1, 0]],
    [5, 3, [0, 1, 2, 2, 2, 1, 2, 2, 1, 0, 2, 2, 1, 0]],
    [5, 2, [0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0]],
    [14, 4, [0, 1, 2, 2, 3, 1, 2, 2, 1, 0, 2, 2, 1, 0]],
    [14, 3, [0, 0, 1, 1, 2, 0, 1, 1, 0, 0, 1, 1, 0, 0]],
    [14, 2, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])("from %i clusters to %i is NumPy's", (from, target, expected) => {
    const start = from === 14 ? singles : nearestNeighbourClusters(neighbours(), 2);
    const options = { target, localClusters: 3, absorbAbove: 100 };
    expect([...agglomerate(graph(), start, points, options)]).toEqual(expected);
  });

  test("joins the smallest cluster to the nearest by its mean if no affinity is left", () => {
    // Three pairs and a triple, each its own neighbours: 0 and 1, 10 and 11, 13 and 14, 30, 31 and 32.
    const far = Float32Array.of(0, 1, 10, 11, 13, 14, 30, 31, 32);
    const separate = affinityGraph(nearestNeighbours(far, 1, 1));
    const start = Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3, 3);
    const merged = (target: number) =>
      agglomerate(separate, start, far, { target, localClusters: 5, absorbAbove: 100 });
    expect([...merged(3)]).toEqual([0, 0, 0, 0, 1, 1, 2, 2, 2]);
    expect([...merged(2)]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1]);
  });

  test("absorbs duplicates that are only each other's neighbours while there are many clusters", () => {
    // Two linked pairs, three times 0.5, and three points far off.
    const x = Float32Array.of(0, 0.1, 0.2, 0.32, 0.5, 0.5, 0.5, 10, 10.1, 10.2);
    const start = Int32Array.of(0, 0, 1, 1, 2, 2, 2, 3, 3, 3);
    const merged = (absorbAbove: number) =>
      agglomerate(affinityGraph(nearestNeighbours(x, 1, 2)), start, x, {
        target: 3,
        localClusters: 5,
        absorbAbove,
      });
    expect([...merged(4)]).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect([...merged(3)]).toEqual([0, 0, 1, 1, 1, 1, 1, 2, 2, 2]);
  });

  test("of duplicates alone ends in as many clusters as asked for", () => {
    const same = new Float32Array(20);
    const neighbour = nearestNeighbours(same, 1, 3);
    const start = nearestNeighbourClusters(neighbour, 4);
    const merged = agglomerate(affinityGraph(neighbour), start, same, {
      target: 4,
      localClusters: 5,
      absorbAbove: 80,
    });
    expect(new Set(merged)).toEqual(new Set([0, 1, 2, 3]));
  });
});
