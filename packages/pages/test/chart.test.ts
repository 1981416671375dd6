import { describe, expect, test } from "vitest";
import { ticks } from "../src/chart.js";

describe("ticks of an axis", () => {
  test("are round and include the ends", () => {
    expect(ticks(0.13, 0.86, 4)).toMatchObject({ low: 0, high: 1, step: 0.2 });
  });

  test.each([
    [0.9, 0.9 + 1e-16],
    [0.9, 0.9],
    [-3, -3 + 1e-15],
    [0, 0],
    [1e12, 1e12 + 1e-4],
  ])("are few between values that differ by rounding alone: %d and %d", (low, high) => {
    const { at, ...axis } = ticks(low, high, 4);
    expect(at.length).toBeGreaterThan(0);
    expect(at.length).toBeLessThan(12);
    expect(axis.low).toBeLessThanOrEqual(low);
    expect(axis.high).toBeGreaterThanOrEqual(high);
  });
});
