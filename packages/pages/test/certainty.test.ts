import { describe, expect, test } from "vitest";
import { type Certainty, calibration, calibrationPlot } from "../src/plots/certainty.js";

describe("reliability", () => {
  const of = (examples: [q: number, right: boolean | undefined][]): Certainty => ({
    examples: examples.map(([q, right]) => ({ cluster: 0, q, right })),
    notNumbers: 0,
  });

  test("is the share of right examples by bin, and the expected calibration error", async () => {
    const found = calibration(
      of([
        [0.82, true],
        [0.88, false],
        [1, true],
        [0.3, undefined],
      ]),
    )!;
    expect(found.bins).toEqual([
      { n: 2, q: 0.85, right: 0.5 },
      { n: 1, q: 1, right: 1 },
    ]);
    // (2/3) |0.5 - 0.85| + (1/3) |1 - 1|
    expect(found.error).toBeCloseTo(0.7 / 3, 12);
    expect((await calibrationPlot("reliability", found)).description).toContain("0.50 at 0.85, 1.00 at 1.00");
  });

  test("is unknown without labels", () => {
    expect(calibration(of([[0.9, undefined]]))).toBeUndefined();
  });
});
