import { describe, expect, test } from "vitest";
import { collapses, type Encodings } from "../src/index.js";

const n = 100;
const healthy: Encodings = {
  clusters: Int32Array.from({ length: n }, (_, i) => i % 4),
  K: 4,
  probabilities: Float32Array.from({ length: 4 * n }, (_, i) =>
    i % 4 === Math.floor(i / 4) % 4 ? 0.7 : 0.1,
  ),
  latents: { z: { values: Float32Array.from({ length: 2 * n }, (_, i) => Math.sin(i)), d: 2 } },
  largestClass: 0.25,
};
const namesOf = (changes: Partial<Encodings>): string[] =>
  collapses({ ...healthy, ...changes }).map(({ name }) => name);

describe("a collapse", () => {
  test("is not seen in a healthy run", () => {
    expect(namesOf({})).toEqual([]);
  });

  test("is one cluster with more than 95 % of the examples", () => {
    const clusters = (inFirst: number) =>
      Int32Array.from({ length: n }, (_, i) => (i < inFirst ? 0 : 1 + (i % 3)));
    expect(namesOf({ clusters: clusters(95) })).toEqual([]);
    expect(namesOf({ clusters: clusters(96) })).toEqual(["one-cluster"]);
    expect(collapses({ ...healthy, clusters: new Int32Array(n) })[0]!.what).toBe(
      "100 % of the examples are in one of 4 clusters",
    );
  });

  test("is none if one cluster was asked for, or nearly all examples are of one class", () => {
    expect(namesOf({ clusters: new Int32Array(n), K: 1, probabilities: null })).toEqual([]);
    const clusters = Int32Array.from({ length: n }, (_, i) => (i < 97 ? 0 : 1 + (i % 3)));
    expect(namesOf({ clusters, largestClass: 0.97 })).toEqual([]);
  });

  test("is a cluster without an example", () => {
    expect(
      collapses({ ...healthy, clusters: healthy.clusters!.map((cluster) => cluster % 2) }),
    ).toMatchObject([{ name: "empty-clusters", what: "2 of 4 clusters have no example" }]);
  });

  test("is a uniform q(c | x)", () => {
    expect(namesOf({ probabilities: new Float32Array(4 * n).fill(0.25) })).toEqual(["uniform-probabilities"]);
    // Entropy of (0.34, 0.22, 0.22, 0.22): 1.366 of 1.386 nats, 98.5 %.
    const leaning = Float32Array.from({ length: 4 * n }, (_, i) => (i % 4 === 0 ? 0.34 : 0.22));
    expect(namesOf({ probabilities: leaning })).toEqual([]);
  });

  test("is a latent without variance, also far from the origin", () => {
    const constant = Float32Array.from({ length: 2 * n }, (_, i) => 1e6 + (i % 2));
    expect(namesOf({ latents: { feature: { values: constant, d: 2 } } })).toEqual(["constant-latent"]);
    constant[7] = 1e6 + 100;
    expect(namesOf({ latents: { feature: { values: constant, d: 2 } } })).toEqual([]);
  });

  test("is a Gaussian latent at its prior, and no other small latent", () => {
    const small = { values: Float32Array.from({ length: 2 * n }, (_, i) => 0.05 * Math.sin(i)), d: 2 };
    expect(namesOf({ latents: { z: small } })).toEqual(["prior-latent"]);
    expect(namesOf({ latents: { feature: small } })).toEqual([]);
  });

  test("is looked for in what a system has", () => {
    expect(namesOf({ clusters: null, probabilities: null, latents: {} })).toEqual([]);
  });
});
