import { type Objective, startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { Sums } from "../src/sums.js";

beforeAll(async () => {
  await startEngine();
});

const objective = (total: number, terms: Record<string, [value: number, weight: number]>): Objective => ({
  total: tf.scalar(total),
  terms: Object.fromEntries(Object.entries(terms).map(([name, [value]]) => [name, tf.scalar(value)])),
  weights: Object.fromEntries(Object.entries(terms).map(([name, [, weight]]) => [name, weight])),
});

test("a term and its weight are averaged over the examples of the steps that had it, the total over all", () => {
  const sums = new Sums();
  sums.add(objective(10, { reconstruction: [8, 1], pull: [4, 0.5] }), "model", "", 2);
  sums.step();
  sums.add(objective(7, { reconstruction: [7, 1] }), "model", "", 1);
  sums.step();
  sums.add(objective(6, { reconstruction: [4, 1], pull: [8, 0.25] }), "model", "", 2);
  expect(sums.means()).toEqual({
    totals: { model: (2 * 10 + 7 + 2 * 6) / 5 },
    terms: { reconstruction: (2 * 8 + 7 + 2 * 4) / 5, pull: (2 * 4 + 2 * 8) / 4 },
    weights: { reconstruction: 1, pull: (2 * 0.5 + 2 * 0.25) / 4 },
  });
});

test("sums that were saved in the middle of an epoch go on", () => {
  const whole = new Sums();
  const first = new Sums();
  for (const sums of [whole, first]) sums.add(objective(3, { a: [3, 1] }), "model", "", 4);
  const second = new Sums(JSON.parse(JSON.stringify(first.save())));
  for (const sums of [whole, second]) sums.add(objective(5, { a: [5, 1] }), "model", "", 1);
  expect(second.means()).toEqual(whole.means());
});

test("reading the values leaves no tensor behind", () => {
  const before = tf.memory().numTensors;
  const sums = new Sums();
  sums.add(objective(1, { a: [1, 1] }), "one", "one/", 1);
  sums.add(objective(2, { b: [2, 1] }), "other", "other/", 1);
  expect(Object.keys(sums.means().terms)).toEqual(["one/a", "other/b"]);
  expect(tf.memory().numTensors).toBe(before);
});
