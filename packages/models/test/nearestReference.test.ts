import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { nearestReference } from "../src/clustering/nearestReference.js";

beforeAll(async () => {
  await startEngine();
});

test("each point finds its nearest reference, in the last block of rows too", () => {
  const n = 4100;
  const points = tf.tensor2d(
    Float32Array.from({ length: n }, (_, i) => i),
    [n, 1],
  );
  const nearest = nearestReference(points, tf.tensor2d([3000, 10, 4100], [3, 1]));
  expect([nearest[0], nearest[1500], nearest[1510], nearest[3540], nearest[3560]]).toEqual([1, 1, 0, 0, 2]);
  expect(nearest[n - 1]).toBe(2);
});
