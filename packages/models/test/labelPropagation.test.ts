import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { classMassNormalised, propagateLabels } from "../src/clustering/labelPropagation.js";
import { nearestNeighbours } from "../src/clustering/neighbours.js";
import { assignLabels, distancesToFirst } from "../src/training/labelledNeighbours.js";
import { labels, n, points } from "./twoRows.js";

beforeAll(async () => {
  await startEngine();
});

describe("labels that propagate", () => {
  test("follow the rows, though the nearest labelled example often lies in the other one", () => {
    const shares = propagateLabels(nearestNeighbours(points, 2, 2), labels, 2, 0.95);
    for (let row = 0; row < n; row++) {
      expect(shares[2 * row]! + shares[2 * row + 1]!).toBeCloseTo(1, 5);
      expect(shares[2 * row]! > 0.5, `${row}`).toBe(row < 20);
    }
    const straight = tf.tidy(() => {
      const order = [0, 39, ...Array.from({ length: 38 }, (_, i) => i + 1)];
      const ordered = tf.tensor2d(order.map((row) => [points[2 * row]!, points[2 * row + 1]!]));
      const assigned = assignLabels(distancesToFirst(ordered, 2), tf.tensor1d([0, 1], "int32"), 2, 1);
      return [...tf.argMax(assigned, 1).dataSync()];
    });
    expect(straight.slice(2).filter((label, i) => label !== Math.floor((i + 1) / 20)).length).toBeGreaterThan(
      9,
    );
  });

  test("solve (I - α S) F = Y", () => {
    // A chain of three, the ends labelled: equal weights w, so S is 1/√2 between neighbours.
    const chain = { count: 1, rows: Int32Array.of(1, 0, 1), squared: Float64Array.of(1, 1, 1) };
    const alpha = 0.5;
    const shares = propagateLabels(chain, Int32Array.of(0, -1, 1), 2, alpha);
    // By hand: F_0 = (1 - a², a, a²) / (1 - 2 a²) of class 0 with a = α/√2.
    const a2 = alpha ** 2 / 2;
    expect(shares[0]).toBeCloseTo((1 - a2) / (1 - a2 + a2), 5);
    expect([...shares.subarray(2, 4)]).toEqual([0.5, 0.5]);
  });

  test("leave an example that no label reaches undecided", () => {
    const pairs = { count: 1, rows: Int32Array.of(1, 0, 3, 2), squared: Float64Array.of(0, 0, 0, 0) };
    const shares = propagateLabels(pairs, Int32Array.of(0, -1, -1, -1), 2, 0.9);
    expect([...shares]).toEqual([1, 0, 1, 0, 0.5, 0.5, 0.5, 0.5]);
  });
});

test("class mass normalisation makes classes as frequent as among the labelled examples", () => {
  const values = Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.6, 0.4);
  classMassNormalised(values, 2, Int32Array.of(0, 1));
  // Masses 2.1 and 0.9: each share over its class's mass, rows to 1.
  expect(values[2]).toBeCloseTo(0.6 / 2.1 / (0.6 / 2.1 + 0.4 / 0.9), 5);
  expect(values[2]! + values[3]!).toBeCloseTo(1, 5);
});
