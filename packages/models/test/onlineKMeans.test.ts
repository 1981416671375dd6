import { describe, expect, test } from "vitest";
import { moveByOne } from "../src/clustering/onlineKMeans.js";

describe("centres move to their points", () => {
  test("by 1 / count, one point after another", () => {
    // Worked by hand: 0 + 2/2 = 1, then 1 + (4 - 1)/3 = 2; the second cluster 10 + (16 - 10)/4 = 11.5.
    const centres = Float64Array.of(0, 10);
    const counts = Float32Array.of(1, 3);
    moveByOne(centres, counts, Float32Array.of(2, 16, 4), Int32Array.of(0, 1, 0));
    expect([...centres]).toEqual([2, 11.5]);
    expect([...counts]).toEqual([3, 4]);
  });

  test("and without counts before become their mean; one without points stays", () => {
    const centres = Float64Array.of(5, 5, 7, 7);
    const counts = Float32Array.of(0, 0);
    moveByOne(centres, counts, Float32Array.of(1, 2, 3, 6), Int32Array.of(0, 0));
    expect([...centres]).toEqual([2, 4, 7, 7]);
    expect([...counts]).toEqual([2, 0]);
  });
});
