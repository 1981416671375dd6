import { describe, expect, test } from "vitest";
import { publishedFor } from "../src/published.js";

describe("published figures", () => {
  test("come in the units of evaluation.json", () => {
    const found = publishedFor("mnist", "gumbel-vae", null);
    expect(found.get("accuracy")).toMatchObject({ value: 0.8575, std: 0.08 });
    expect(found.get("nmi")).toMatchObject({ value: 0.8213, std: 0.05 });
    expect(found.get("knn@3")).toMatchObject({ value: 3.46, std: null });
    expect(publishedFor("mnist", "vade", null).get("accuracy")?.value).toBeCloseTo(0.9446, 12);
  });

  test("of two tables the one with a standard deviation over runs wins", () => {
    // GMVAE on MNIST: 0.778 on slide 51, 82.31 ± 4 % on slide 86.
    expect(publishedFor("mnist", "gmvae", null).get("accuracy")).toMatchObject({ value: 0.8231, std: 0.04 });
  });

  test("belong to one number of labels", () => {
    expect(publishedFor("mnist", "auxiliary-clustering", 100).get("testError")).toMatchObject({
      value: 1.65,
    });
    expect(publishedFor("mnist", "auxiliary-clustering", 1000).size).toBe(0);
    expect(publishedFor("mnist", "auxiliary-clustering", null).size).toBe(0);
  });

  test.each(["svhn-stand-in", "reuters-21578", "glyphs"])("never belong to %s", (dataset) => {
    for (const system of ["gumbel-vae", "ae-kmeans", "kmeans", "auxiliary-clustering"]) {
      for (const labels of [null, 100, 1000]) expect(publishedFor(dataset, system, labels).size).toBe(0);
    }
  });
});
