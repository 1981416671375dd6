import { startEngine } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { closeness } from "../src/umap/curve.js";
import { fuzzyGraph } from "../src/umap/fuzzyGraph.js";
import { fitUmap } from "../src/umap/umap.js";

beforeAll(async () => {
  await startEngine();
});

const d = 6;
/** Three clouds of 30 points. */
const noise = stream(0, "x");
const values = Float32Array.from({ length: 90 * d }, (_, i) => {
  const centre = Math.floor(i / d / 30) === i % 3 ? 0.9 : 0.1;
  return centre + 0.05 * noise.normal();
});

describe("the graph", () => {
  /** Degrees from one point to others, of edges that only it has. */
  const graphOf = (points: number[], count: number) => {
    const { from, to, weights } = fuzzyGraph(Float32Array.from(points), 1, count);
    return new Map(Array.from(weights, (weight, edge) => [`${from[edge]} ${to[edge]}`, weight]));
  };

  test("joins what two points say of one another: a + b - ab", () => {
    // Each one's nearest is a neighbour to degree 1. Of the third point, 2 away from the first and 1 from the second:
    // 1 + exp((1 - 2) / σ) is to be log₂ 3; 0 says the same of 1 and 2, and 1 has two at the distance of its nearest.
    const degree = Math.log2(3) - 1;
    const graph = graphOf([0, 1, 2], 2);
    expect(graph.get("0 1")).toBe(1);
    expect(graph.get("1 2")).toBe(1);
    expect(graph.get("0 2")).toBeCloseTo(2 * degree - degree * degree, 4);
    expect(graph.size).toBe(3);
  });

  test("has an edge where only one of two points names the other", () => {
    const graph = graphOf([0, 1, 5], 1);
    expect([...graph]).toEqual([
      ["0 1", 1],
      ["2 1", 1],
    ]);
  });

  test("of equal points joins them all to degree 1", () => {
    expect([...graphOf([3, 3, 3], 2).values()]).toEqual([1, 1, 1]);
  });
});

test("closeness is fitted as umap-learn's find_ab_params does", () => {
  // umap-learn 0.5, spread 1.
  const known = [
    [0, 1.9328, 0.7905],
    [0.1, 1.5769, 0.8951],
    [0.5, 0.583, 1.3342],
  ] as const;
  for (const [distance, a, b] of known) {
    const fitted = closeness(distance);
    expect(fitted.a).toBeCloseTo(a, 3);
    expect(fitted.b).toBeCloseTo(b, 3);
  }
});

describe("UMAP", () => {
  const settings = { dimensions: 2, neighbours: 8, minimumDistance: 0 };

  test("puts the points of a cloud nearer to one another than to the other clouds", async () => {
    const places = await fitUmap(values, d, settings, stream(0));
    const distance = (a: number, b: number) =>
      Math.hypot(places[2 * a]! - places[2 * b]!, places[2 * a + 1]! - places[2 * b + 1]!);
    const rows = [...Array(90).keys()];
    const wide = Math.max(
      ...rows.flatMap((a) =>
        rows.filter((b) => Math.floor(a / 30) === Math.floor(b / 30)).map((b) => distance(a, b)),
      ),
    );
    const apart = Math.min(
      ...rows.flatMap((a) =>
        rows.filter((b) => Math.floor(a / 30) !== Math.floor(b / 30)).map((b) => distance(a, b)),
      ),
    );
    expect(apart).toBeGreaterThan(wide);
  });

  test("is the same for the same stream, and another for another", async () => {
    const [a, b, c] = await Promise.all([0, 0, 1].map((seed) => fitUmap(values, d, settings, stream(seed))));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test("of equal points is made of numbers", async () => {
    const places = await fitUmap(new Float32Array(60).fill(3), 2, settings, stream(0));
    expect(places.every(Number.isFinite)).toBe(true);
  });

  test("takes fewer neighbours than asked for where there are no more, and refuses two points", async () => {
    expect(await fitUmap(values.subarray(0, 5 * d), d, settings, stream(0))).toHaveLength(10);
    await expect(fitUmap(values.subarray(0, 2 * d), d, settings, stream(0))).rejects.toThrow(/at least 3/);
  });
});
