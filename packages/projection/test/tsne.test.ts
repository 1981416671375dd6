/** The sums of t-SNE: similarities against the definition, repulsion against all pairs. */
import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { affinities } from "../src/tsne/affinities.js";
import { Repulsion } from "../src/tsne/repulsion.js";

describe("similarities", () => {
  const n = 60;
  const points = stream(1, "points").fill("normal", 4 * n);

  test("sum to 1 over both directions, each pair once", () => {
    const { starts, others, p } = affinities(points, 4, 8);
    expect(2 * p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    for (let i = 0; i < n; i++) {
      const list = others.subarray(starts[i], starts[i + 1]);
      expect(list.every((j) => j < i)).toBe(true);
      expect(new Set(list).size).toBe(list.length);
    }
  });

  test("are the same for two ends of a line, and less between them than with its middle", () => {
    const { p } = affinities(Float32Array.from([-1, 0, 1]), 1, 1.9);
    const [middleAndFirst, lastAndFirst, lastAndMiddle] = p;
    expect(middleAndFirst).toBeCloseTo(lastAndMiddle!, 4);
    expect(lastAndFirst).toBeLessThan(lastAndMiddle!);
  });

  test("have the perplexity", () => {
    // Every point of a circle sees the same distances, so that p_ij is p_j|i over their number.
    const size = 60;
    const circle = Array.from({ length: size }, (_, i) => (2 * Math.PI * i) / size).flatMap((angle) => [
      Math.cos(angle),
      Math.sin(angle),
    ]);
    const { starts, others, p } = affinities(Float32Array.from(circle), 2, 8);
    const conditional = new Map<number, number[]>();
    for (let i = 0; i < size; i++) {
      for (let at = starts[i]!; at < starts[i + 1]!; at++) {
        for (const end of [i, others[at]!])
          conditional.set(end, [...(conditional.get(end) ?? []), size * p[at]!]);
      }
    }
    expect(conditional.size).toBe(size);
    for (const values of conditional.values()) {
      const entropy = values.reduce((sum, value) => sum - value * Math.log(value), 0);
      expect(Math.exp(entropy)).toBeCloseTo(8, 1);
    }
  });
});

describe("repulsion", () => {
  /** By the definition. */
  function ofAllPairs(positions: Float64Array): { sum: number; forces: Float64Array } {
    const n = positions.length / 2;
    const forces = new Float64Array(2 * n);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (i === j) continue;
        const dx = positions[2 * i]! - positions[2 * j]!;
        const dy = positions[2 * i + 1]! - positions[2 * j + 1]!;
        const value = 1 / (1 + dx * dx + dy * dy);
        sum += value;
        forces[2 * i]! += value * value * dx;
        forces[2 * i + 1]! += value * value * dy;
      }
    }
    return { sum, forces };
  }

  const n = 500;
  const random = stream(2, "positions");
  const groups = Float64Array.from({ length: 2 * n }, (_, at) => 20 * ((at >> 1) % 3) + random.normal());
  const at = (position: (i: number) => number): Float64Array =>
    Float64Array.from({ length: 2 * n }, (_, i) => position(i));

  test.each([
    { name: "three groups", positions: groups },
    { name: "the start of t-SNE", positions: groups.map((value) => 1e-4 * value) },
    { name: "a line", positions: at((i) => (i % 2) * i * i) },
    { name: "two places", positions: at((i) => (i >> 1) % 2) },
    { name: "one place", positions: at(() => 0) },
    { name: "neighbouring numbers", positions: at((i) => 1 + Number.EPSILON * (i % 2)) },
    { name: "distances of all magnitudes", positions: at((i) => 2 ** -(i % 500)) },
  ])("of $name is within 2 percent of that of all pairs", ({ positions }) => {
    const { sum, forces } = ofAllPairs(positions);
    const repulsion = new Repulsion(n);
    const found = new Float64Array(2 * n);
    // The second time from the order of the first.
    for (let round = 0; round < 2; round++) {
      expect(Math.abs(repulsion.compute(positions, found) / sum - 1)).toBeLessThan(0.01);
      const error = Math.hypot(...found.map((value, at) => value - forces[at]!));
      expect(error).toBeLessThanOrEqual(0.02 * Math.hypot(...forces));
    }
  });
});
