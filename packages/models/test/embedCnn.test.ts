import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { attraction, drawNeighbours, repulsion } from "../src/training/neighbourPairs.js";

beforeAll(async () => {
  await startEngine();
});

const at = (x: number) => tf.tensor2d([[x, 0]]);

test("a pair 0.25 apart costs 0.0625 as neighbours and 0.5625 as others; 1.5 apart, 2.25 and nothing", () => {
  for (const [distance, near, far] of [
    [0.25, 0.0625, 0.5625],
    [1.5, 2.25, 0],
  ] as const) {
    expect(attraction(at(0), at(distance)).dataSync()[0]).toBeCloseTo(near, 6);
    expect(repulsion(at(0), at(distance), 1).dataSync()[0]).toBeCloseTo(far, 5);
  }
});

test("others further apart than the margin pull on nothing, equal ones have a finite slope", () => {
  const slope = tf.grad((a) => tf.sum(repulsion(a as tf.Tensor2D, at(0), 1)));
  for (const value of slope(at(1.5)).dataSync()) expect(value).toBeCloseTo(0, 9);
  expect(slope(at(0)).dataSync().every(Number.isFinite)).toBe(true);
});

test("a neighbour is one of the row's own", () => {
  const nearest = Float32Array.of(1, 2, 0, 2, 0, 1);
  const drawn = Array.from({ length: 50 }, (_, i) =>
    drawNeighbours(Uint32Array.of(2, 0), nearest, 2, stream(i)),
  );
  expect(new Set(drawn.map(([row]) => row))).toEqual(new Set([0, 1]));
  expect(new Set(drawn.map(([, row]) => row))).toEqual(new Set([1, 2]));
});
