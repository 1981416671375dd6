import { engineUmapPass, startEngine, type UmapPass } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { closeness } from "../src/umap/curve.js";
import { fuzzyGraph } from "../src/umap/fuzzyGraph.js";
import { firstPass, movePoints } from "../src/umap/layout.js";
import { powerFrom, powerTables } from "../src/umap/power.js";
import { fitUmap } from "../src/umap/umap.js";

await startEngine({ threads: 2 });

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

describe("a pass", () => {
  /** Positions, edges and generators of 90 points, some equal and some far apart, after a few passes. */
  const after = (move: (pass: UmapPass, number: number, rate: number) => void, dimensions: number) => {
    const random = stream(7, "layout");
    const graph = fuzzyGraph(values, d, 7);
    const spread = random.fill("normal", graph.n * dimensions);
    const positions = spread.map((x, i) => (i % 20 < 4 ? 1 : x * 10 ** (i % 5)));
    const pass = firstPass(positions, graph, { d: dimensions, a: 1.58, b: 0.895 }, random);
    for (let number = 0; number < 3; number++) {
      pass.before.set(positions);
      move(pass, number, 1 - number / 3);
    }
    return { positions, next: pass.next, states: pass.states };
  };

  test.skipIf(!engineUmapPass()).each([1, 2, 10])("in %i dimensions is that of the engine", (dimensions) => {
    const [ours, engines] = [after(movePoints, dimensions), after(engineUmapPass()!, dimensions)];
    expect(engines.next).toEqual(ours.next);
    expect(engines.states).toEqual(ours.states);
    ours.positions.forEach((x, i) => {
      expect(Math.abs(engines.positions[i]! - x)).toBeLessThan(1e-3 * Math.max(1, Math.abs(x)));
    });
  });

  test("moves both ends of an edge alike, and the points without one not at all", () => {
    const positions = Float32Array.of(0, 0, 3, 0, 9, 9);
    const graph = { n: 3, from: Int32Array.of(0), to: Int32Array.of(1), weights: Float32Array.of(1) };
    const pass = firstPass(positions, graph, { d: 2, a: 1, b: 1 }, stream(0));
    // No random point repels anything at the rate of attraction alone: one that is far away hardly does.
    movePoints(pass, 1, 1e-3);
    expect([...positions.subarray(4)]).toEqual([9, 9]);
    // The force at distance 3 is 2 · 3 / (1 + 9), twice; repulsion at most 5 · 2 / (0.001 + 9) · 3 / (1 + 9).
    const [moved, back] = [positions[0]!, 3 - positions[2]!];
    expect(moved).toBeGreaterThan(1e-3 * (1.2 - 0.34));
    expect(moved).toBeLessThan(1e-3 * 1.2 + 1e-6);
    expect(back).toBeGreaterThan(1e-3 * (1.2 - 0.34));
  });
});

describe("power", () => {
  test.each([0.3, 0.79, 1, 1.6])("to %d is within its error, for numbers of all magnitudes", (exponent) => {
    const of = powerFrom(powerTables(exponent));
    for (let x = 2 ** -120; x < 2 ** 120; x *= 1.0137) {
      const exact = Math.fround(x) ** exponent;
      expect(Math.abs(of(x) / exact - 1)).toBeLessThan(1.01 * exponent * 2 ** -13);
    }
  });

  test("of what is no normal number stays harmless", () => {
    expect(powerFrom(powerTables(0.79))(1e-45)).toBeLessThan(1e-28);
    expect(powerFrom(powerTables(0.79))(Number.POSITIVE_INFINITY)).toBeGreaterThan(1e30);
  });
});
