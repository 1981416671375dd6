import { startEngine } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { closeness } from "../src/umap/curve.js";
import { fuzzyGraph } from "../src/umap/fuzzyGraph.js";
import { type Descent, moveInPlane, moveInSpace } from "../src/umap/layout.js";
import { power } from "../src/umap/power.js";
import { fitUmap } from "../src/umap/umap.js";

beforeAll(async () => {
  await startEngine();
});

const d = 6;
/** Three groups of 30 points. */
const noise = stream(0, "x");
const values = Float32Array.from({ length: 90 * d }, (_, i) => {
  const centre = Math.floor(i / d / 30) === i % 3 ? 0.9 : 0.1;
  return centre + 0.05 * noise.normal();
});

describe("the graph", () => {
  /** Weights of the edges between points on a line, by both ends. */
  const graphOf = (points: number[], count: number) => {
    const { from, to, weights } = fuzzyGraph(Float32Array.from(points), 1, count);
    return new Map(Array.from(weights, (weight, edge) => [`${from[edge]} ${to[edge]}`, weight]));
  };

  test("combines the degrees of both directions to a + b - ab", () => {
    // The nearest neighbour has degree 1. For the third point, at distance 2 of the first and 1 of the second,
    // 1 + exp((1 - 2) / σ) = log₂ 3; likewise for the first. The second has both others at its smallest distance.
    const degree = Math.log2(3) - 1;
    const graph = graphOf([0, 1, 2], 2);
    expect(graph.get("0 1")).toBe(1);
    expect(graph.get("1 2")).toBe(1);
    expect(graph.get("0 2")).toBeCloseTo(2 * degree - degree * degree, 4);
    expect(graph.size).toBe(3);
  });

  test("has an edge if only one of two points is a neighbour of the other", () => {
    const graph = graphOf([0, 1, 5], 1);
    expect([...graph]).toEqual([
      ["0 1", 1],
      ["2 1", 1],
    ]);
  });

  test("of equal points has edges of weight 1 between all of them", () => {
    expect([...graphOf([3, 3, 3], 2).values()]).toEqual([1, 1, 1]);
  });
});

test("closeness is fitted as umap-learn's find_ab_params does", () => {
  // umap-learn 0.5, spread 1.
  const expected = [
    [0, 1.9328, 0.7905],
    [0.1, 1.5769, 0.8951],
    [0.5, 0.583, 1.3342],
  ] as const;
  for (const [distance, a, b] of expected) {
    const fitted = closeness(distance);
    expect(fitted.a).toBeCloseTo(a, 3);
    expect(fitted.b).toBeCloseTo(b, 3);
  }
});

describe("UMAP", () => {
  const settings = { dimensions: 2, neighbours: 8, minimumDistance: 0 };

  test("puts the points of a group nearer to one another than to other groups", async () => {
    const positions = await fitUmap(values, d, settings, stream(0));
    const distance = (a: number, b: number) =>
      Math.hypot(positions[2 * a]! - positions[2 * b]!, positions[2 * a + 1]! - positions[2 * b + 1]!);
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

  test("is the same for the same stream, and differs for another", async () => {
    const [a, b, c] = await Promise.all([0, 0, 1].map((seed) => fitUmap(values, d, settings, stream(seed))));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test("of equal points is finite", async () => {
    const positions = await fitUmap(new Float32Array(60).fill(3), 2, settings, stream(0));
    expect(positions.every(Number.isFinite)).toBe(true);
  });

  test("uses fewer neighbours if there are not enough points, and rejects two points", async () => {
    expect(await fitUmap(values.subarray(0, 5 * d), d, settings, stream(0))).toHaveLength(10);
    await expect(fitUmap(values.subarray(0, 2 * d), d, settings, stream(0))).rejects.toThrow(/at least 3/);
  });
});

test("moves in the plane are those in any space, to the bit", () => {
  const laidOut = (move: typeof moveInPlane): Float32Array => {
    const random = stream(7, "layout");
    const graph = fuzzyGraph(values, d, 7);
    // Some points are equal, and some lie far apart, where the largest move holds.
    const embedding = random.fill("normal", graph.n * 2).map((x, i) => (i % 20 < 4 ? 1 : x * 10 ** (i % 5)));
    const periods = graph.weights.map((weight) => 1 / weight);
    const forces = { dimensions: 2, a: 1.58, b: 0.895, toB: power(0.895) };
    const descent: Descent = { ...graph, ...forces, embedding, periods, next: periods.slice(), random };
    for (let epoch = 0; epoch < 30; epoch++) {
      graph.from.forEach((from, edge) => {
        move(descent, 2 * from, 2 * graph.to[edge]!, 1 - epoch / 30);
        move(descent, 2 * graph.to[edge]!, 2 * from, 1 - epoch / 30);
      });
    }
    return embedding;
  };
  expect(laidOut(moveInPlane)).toEqual(laidOut(moveInSpace));
});

describe("power", () => {
  test.each([0.3, 0.79, 1, 1.6])("to %d is within its error, for numbers of all magnitudes", (exponent) => {
    const of = power(exponent);
    for (let x = 2 ** -120; x < 2 ** 120; x *= 1.0137) {
      const exact = Math.fround(x) ** exponent;
      expect(Math.abs(of(x) / exact - 1)).toBeLessThan(1.01 * exponent * 2 ** -13);
    }
  });

  test("of what is no normal number stays harmless", () => {
    expect(power(0.79)(1e-45)).toBeLessThan(1e-28);
    expect(power(0.79)(Number.POSITIVE_INFINITY)).toBeGreaterThan(1e30);
  });
});
