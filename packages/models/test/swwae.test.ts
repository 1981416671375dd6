import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { switchesOf, unpool } from "../src/networks/whatWhere.js";

beforeAll(async () => {
  await startEngine();
});

const image = (...rows: number[][]): tf.Tensor4D => {
  const flat = rows.flat();
  return tf.tensor4d(flat, [1, rows.length, flat.length / rows.length, 1]);
};
const pool = (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, "valid");
const back = (x: tf.Tensor4D, y: tf.Tensor4D) => [
  ...unpool(y, switchesOf(x, pool(x), 2), 2, [x.shape[1], x.shape[2]]).dataSync(),
];

test("7 goes to where the block had its 4", () => {
  const x = image([1, 4], [2, 3]);
  expect([...pool(x).dataSync()]).toEqual([4]);
  expect(back(x, image([7]))).toEqual([0, 7, 0, 0]);
});

test("equal maxima share a value", () => {
  expect(back(image([5, 1], [5, 0]), image([8]))).toEqual([4, 0, 4, 0]);
});

test("a row and a column that fill no block get nothing", () => {
  expect(back(image([1, 2, 9], [3, 0, 9], [9, 9, 9]), image([6]))).toEqual([0, 0, 0, 6, 0, 0, 0, 0, 0]);
});

test("what was pooled and goes back to its place is what was there", () => {
  const x = image([0, 0, 3, 0], [2, 0, 0, 0]);
  expect(back(x, pool(x))).toEqual([...x.dataSync()]);
});
