import { stream } from "@gumbel/random";
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { duration, figure, mainMetrics, metricNames, signed } from "../src/format.js";
import { principalComponents, tsne, umap } from "../src/plots/projection.js";
import { publishedFor } from "../src/published/published.js";
import { overRuns, seriesOf } from "../src/series.js";
import { atlas, sheet } from "../src/sprites.js";

describe("published figures", () => {
  test("come in the units of evaluation.json", () => {
    const found = publishedFor("mnist", "gumbel-vae", null);
    expect(found.get("accuracy")).toMatchObject({ value: 0.8575, std: 0.08 });
    expect(found.get("nmi")).toMatchObject({ value: 0.8213, std: 0.05 });
    expect(found.get("knn@3")).toMatchObject({ value: 3.46, std: null });
    expect(publishedFor("mnist", "vade", null).get("accuracy")?.value).toBeCloseTo(0.9446, 12);
  });

  test("of two tables the one with a spread over runs stands", () => {
    // GMVAE on MNIST: 0.778 on slide 51, 82.31 ± 4 % on slide 86.
    expect(publishedFor("mnist", "gmvae", null).get("accuracy")).toMatchObject({ value: 0.8231, std: 0.04 });
  });

  test("belong to one count of labels", () => {
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

describe("figures as text", () => {
  test("fractions have three decimals, errors two and their unit", () => {
    const [accuracy, knn] = metricNames(["knn@5", "accuracy"]);
    expect([accuracy!.title, knn!.title]).toEqual(["ACC", "kNN error, k = 5"]);
    expect(figure(0.62384, accuracy!)).toBe("0.624");
    expect(figure(6.6367, knn!)).toBe("6.64 %");
    expect(figure(Number.NaN, accuracy!)).toBe("not a number");
    expect(signed(-0.2337, accuracy!)).toBe("−0.234");
    expect(signed(3.3367, knn!)).toBe("+3.34");
  });

  test("the first to look for are the test error, ACC, NMI, ARI and one error of neighbours", () => {
    const keys = (names: string[]): string[] => mainMetrics(names).map(({ key }) => key);
    expect(keys(["knn@3", "knn@5", "accuracySimple", "ari", "nmi", "accuracy"])).toEqual([
      "accuracy",
      "nmi",
      "ari",
      "knn@5",
    ]);
    expect(keys(["knn@1"])).toEqual(["knn@1"]);
    expect(keys(["accuracy", "testError"])).toEqual(["accuracy", "testError"]);
  });

  test.each([
    [0.44, "0.4 s"],
    [59.97, "1 min 00 s"],
    [239.5, "4 min 00 s"],
    [3723, "1 h 02 min"],
  ])("%f seconds are %s", (seconds, told) => expect(duration(seconds)).toBe(told));
});

describe("curves", () => {
  const record = (epoch: number, loss: number) => ({
    phase: "training",
    epoch,
    step: epoch,
    loss,
    totals: { model: loss },
    terms: { a: loss },
    weights: { a: 1 },
    accuracy: null,
    nmi: null,
  });

  test("mean and spread are of the runs that have a number at the epoch", () => {
    const [loss, ...others] = seriesOf([
      { seed: 0, records: [record(1, 10), record(2, 6)] },
      { seed: 1, records: [record(1, 14), record(2, Number.NaN)] },
    ]);
    expect(others).toEqual([]);
    expect(overRuns(loss!)).toEqual([
      { epoch: 1, mean: 12, std: Math.sqrt(8), n: 2 },
      { epoch: 2, mean: 6, std: null, n: 1 },
    ]);
  });
});

describe("projections", () => {
  test("points on a line keep their distances on the first component, with its sign fixed", () => {
    const points = [0, 1, 2, 5].map((t) => Float64Array.of(1 + 3 * t, 2 - 4 * t, 7));
    const { scores, varianceOfTwo } = principalComponents(points, 2, 0);
    // The line runs along (3, −4, 0) / 5; its largest loading is made positive.
    const [first] = scores[0]!;
    expect(scores.map(([x]) => x! - first!)).toEqual(
      [0, -5, -10, -25].map((value) => expect.closeTo(value, 9)),
    );
    expect(varianceOfTwo).toBeCloseTo(1, 12);
  });

  test("wide points lie as the exact decomposition would have them", () => {
    const random = stream(3, "test");
    // 60 points near a plane of 150 dimensions; the same in the plane's own coordinates.
    const axes = [9, 4].map((scale) => ({ scale, direction: random.fill("normal", 150) }));
    const wide = Array.from({ length: 60 }, () => {
      const [a, b] = [random.normal() * axes[0]!.scale, random.normal() * axes[1]!.scale];
      return Float64Array.from(
        { length: 150 },
        (_, j) => a * axes[0]!.direction[j]! + b * axes[1]!.direction[j]! + 0.01 * random.normal(),
      );
    });
    const { scores, varianceOfTwo } = principalComponents(wide, 2, 0);
    expect(varianceOfTwo).toBeGreaterThan(0.9999);
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Math.hypot(...Array.from(a, (value, j) => value - b[j]!));
    expect(distance(scores[0]!, scores[1]!)).toBeCloseTo(distance(wide[0]!, wide[1]!), 0);
    expect(distance(scores[5]!, scores[40]!)).toBeCloseTo(distance(wide[5]!, wide[40]!), 0);
  });

  test("t-SNE of equal points and seed is equal, of another seed another, and keeps two islands apart", () => {
    const random = stream(3, "points");
    const points = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 5 }, () => (i % 2) * 20 + random.normal()),
    );
    const laid = tsne(points, 1);
    expect(tsne(points, 1)).toEqual(laid);
    expect(tsne(points, 2)).not.toEqual(laid);
    const far = ([x, y]: number[], [u, v]: number[]): number => Math.hypot(x! - u!, y! - v!);
    const nearest = laid.map((at, i) =>
      laid.reduce(
        (best, other, j) => (j !== i && (best < 0 || far(at, other) < far(at, laid[best]!)) ? j : best),
        -1,
      ),
    );
    expect(nearest.filter((j, i) => j % 2 === i % 2).length).toBe(40);
  });

  test("UMAP of equal points and seed is equal, of another seed another", async () => {
    const random = stream(5, "test");
    const points = Array.from({ length: 40 }, () => Array.from(random.fill("normal", 3)));
    expect(await umap(points, 1)).toEqual(await umap(points, 1));
    expect(await umap(points, 1)).not.toEqual(await umap(points, 2));
  });
});

describe("sheets of pictures", () => {
  test("lie in rows with two transparent pixels between; a missing one is empty", () => {
    const one = [10, 20, 30, 40];
    const { width, height, grey, png } = sheet("x", [2, 2, 1], 1, 2, [one, undefined]);
    expect([width, height, grey]).toEqual([6, 2, true]);
    const { data, channels } = decode(png);
    expect(channels).toBe(2);
    const pixels = Array.from({ length: 12 }, (_, i) => [...data.slice(2 * i, 2 * i + 2)]);
    expect(pixels.slice(0, 3)).toEqual([
      [10, 255],
      [20, 255],
      [0, 0],
    ]);
    expect(pixels.slice(6, 8)).toEqual([
      [30, 255],
      [40, 255],
    ]);
    expect(pixels[4]).toEqual([0, 0]);
  });

  test("colour keeps its channels", () => {
    const { data, channels } = decode(sheet("x", [1, 1, 3], 1, 1, [[1, 2, 3]]).png);
    expect([channels, ...data]).toEqual([4, 1, 2, 3, 255]);
  });
});

describe("an atlas of the map's examples", () => {
  const noise = (shape: number[]): Uint8Array[] => {
    const random = stream(0, "atlas");
    const size = shape.reduce((product, side) => product * side, 1);
    return Array.from({ length: 2000 }, () => Uint8Array.from({ length: size }, () => random.int(256)));
  };

  test.each([
    [[28, 28, 1], 28],
    [[32, 32, 3], 16],
  ])("leaves a page of 2,000 pictures of %j far under 5 MB, even of noise", (shape, side) => {
    const { png, width, height, columns } = atlas(shape, noise(shape));
    expect([width, height]).toEqual([side, side]);
    // In the page it stands as base64, four bytes for three.
    expect((png.length * 4) / 3).toBeLessThan(2.5e6);
    expect(columns).toBe(45);
  });

  test("shrinks by the mean of the pixels that one stands for", () => {
    const picture = Uint8Array.from({ length: 2048 * 2048 }, (_, i) => (i % 2 === 0 ? 100 : 200));
    const { png, width } = atlas([2048, 2048, 1], [picture]);
    expect(width).toBe(1024);
    expect(new Set(decode(png).data)).toEqual(new Set([150]));
  });
});
