import { describe, expect, test } from "vitest";
import { fitLogit } from "../src/networks/logit.js";

describe("the logistic curve", () => {
  test("is the one of least cross-entropy", () => {
    // SciPy: minimize(lambda a: mean(logaddexp(0, a[0] p + a[1]) - (a[0] p + a[1]) t), [4, -2])
    const { slope, offset } = fitLogit([0.1, 0.3, 0.2, 0.8, 0.6, 0.9], [0, 0.2, 0.4, 0.7, 0.5, 1]);
    expect(slope).toBeCloseTo(4.93662416, 4);
    expect(offset).toBeCloseTo(-2.56585054, 4);
  });

  test("is as steep as it may be, and no steeper, for predictions without error", () => {
    const { slope, offset } = fitLogit([0, 0, 1, 1], [0, 0, 1, 1]);
    expect(slope).toBe(20);
    expect(offset).toBeCloseTo(-10, 0);
  });

  test("is the tangent at a half if all predictions are alike", () => {
    expect(fitLogit([0.5, 0.5], [0, 1])).toEqual({ slope: 4, offset: -2 });
  });
});
