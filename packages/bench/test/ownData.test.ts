/** New pipelines of the user's own data, on public tables: the whole table is `pnpm --filter @gumbel/bench own-data`. */
import { expect, test } from "vitest";
import { clusterOwnData, type OwnResult, ownSets, unsaidFailures } from "../src/ownData.js";

/** Each takes 5 to 10 seconds on an idle core, k-means and the mixture less than one. */
const trained = [
  { system: "ae-kmeans", set: "iris" },
  { system: "dec", set: "iris" },
];

test("a Gaussian mixture is as good as k-means on the twelve tables, AE + k-means and DEC on iris", async () => {
  const results: OwnResult[] = [];
  for (const set of ownSets) {
    for (const system of ["kmeans", "gmm"]) results.push(await clusterOwnData(system, set));
  }
  for (const { system, set } of trained) results.push(await clusterOwnData(system, set));
  expect(results).toHaveLength(26);
  expect(unsaidFailures(results)).toEqual([]);
}, 300_000);

test("a result that is 0.11 below k-means is a failure, unless a sign says so", () => {
  const kmeans = { set: "a", system: "kmeans", accuracy: 0.9, signs: [] };
  const worse = { set: "a", system: "vae", accuracy: 0.79, signs: [] };
  const close = { set: "a", system: "dec", accuracy: 0.81, signs: [] };
  const collapsed = { set: "a", system: "gmvae", accuracy: 0.3, signs: ["one-cluster"] };
  expect(unsaidFailures([kmeans, worse, close, collapsed])).toEqual([worse]);
});
