import { describeMetric } from "@gumbel/metrics";
import { describe, expect, test } from "vitest";
import { duration, figure, signed, tone } from "../src/format.js";

describe("figures as text", () => {
  test("fractions have three decimals, errors two and their unit", () => {
    const [accuracy, knn] = [describeMetric("accuracy"), describeMetric("knn@5")];
    expect(figure(0.62384, accuracy)).toBe("0.624");
    expect(figure(6.6367, knn)).toBe("6.64 %");
    expect(figure(Number.NaN, accuracy)).toBe("not a number");
    expect(signed(-0.2337, accuracy)).toBe("−0.234");
    expect(signed(3.3367, knn)).toBe("+3.34");
    expect(signed(-0.0004, accuracy)).toBe("equal");
  });

  test("a difference is good or bad by its metric's direction, and neither if it rounds to nothing", () => {
    expect(tone(0.01, describeMetric("accuracy"))).toBe("good");
    expect(tone(0.01, describeMetric("testError"))).toBe("bad");
    expect(tone(-0.0004, describeMetric("accuracy"))).toBe("soft");
    expect(tone(1, describeMetric("no such metric"))).toBe("soft");
  });

  test("a difference within the standard deviations of both is neither good nor bad", () => {
    const accuracy = describeMetric("accuracy");
    expect(tone(-0.05, accuracy, 0.02, 0.04)).toBe("soft");
    expect(tone(-0.07, accuracy, 0.02, 0.04)).toBe("bad");
    expect(tone(0.07, accuracy, 0.02, null)).toBe("good");
  });

  test.each([
    [0.44, "0.4 s"],
    [59.97, "1 min 00 s"],
    [239.5, "4 min 00 s"],
    [3723, "1 h 02 min"],
  ])("%f seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));
});
