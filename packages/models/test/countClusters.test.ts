import { startEngine } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { countClusters, loadSystem } from "../src/index.js";
import { buildModel, threeClouds } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const random = (...names: (string | number)[]) => stream(0, ...names);
/** Groups of 20 points, each around a corner of a d-dimensional cube of side 6. */
function corners(groups: number, d: number): Float32Array {
  const noise = stream(1, "corners");
  return Float32Array.from({ length: groups * 20 * d }, (_, i) => {
    const [group, j] = [Math.floor(i / d) % groups, i % d];
    return (j < 3 && ((group >> j) & 1) === 1 ? 6 : 0) + (j < 3 ? 1 : 0.2) * noise.normal();
  });
}

describe("the number of clusters", () => {
  test.each([2, 3, 5, 8])("of %d groups around the corners of a cube is theirs", (groups) => {
    const { clusters, tried } = countClusters(corners(groups, 3), 3, random);
    expect(clusters).toBe(groups);
    expect(tried.map((each) => each.clusters)).toEqual(tried.map((_, i) => i + 2));
  });

  test("is found among many dimensions too", () => {
    const { clusters } = countClusters(corners(4, 60), 60, random);
    expect(clusters).toBe(4);
  });

  test("is at most the square root of the examples, and is not found among three", () => {
    expect(countClusters(corners(1, 3), 3, random).tried.at(-1)!.clusters).toBe(4);
    expect(() => countClusters(Float32Array.of(1, 2, 3), 1, random)).toThrow(
      /cannot be found among 3 examples/,
    );
  });
});

describe("without labels", () => {
  const training = threeClouds();
  const unlabelled = { classes: 0 };

  test("a system asks for the number of clusters instead of making one", async () => {
    await expect(buildModel("kmeans", {}, training, unlabelled)).rejects.toThrow(
      /no labels that would say how many/,
    );
  });

  test("a system takes the number that was found, and prefers its own", async () => {
    const found = { ...unlabelled, foundClusters: 7 };
    expect((await buildModel("kmeans", { clusters: "auto" }, training, found)).clusters).toBe(7);
    expect((await buildModel("kmeans", { clusters: 2 }, training, found)).clusters).toBe(2);
  });

  test("no other text is a number of clusters", async () => {
    const { optionsSchema } = await loadSystem("kmeans");
    expect(optionsSchema.safeParse({ clusters: "many" }).success).toBe(false);
  });
});
