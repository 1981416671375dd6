import type { Examples } from "@gumbel/tables";
import { expect, test } from "vitest";
import { trainingData } from "../src/loop.js";

const examples = (features: Examples["features"], scale = 1, offset = 0): Examples => ({
  info: { scale, offset } as Examples["info"],
  ...{ n: 3, d: 2, features },
  ...{ labels: new Int32Array(3), split: new Uint8Array(3), index: new Uint32Array(3) },
});
const values = Float32Array.of(1, 2, 3, 4, 5, 6);

test("rows of neighbouring examples that need no scaling are the examples' own values, not a second copy of them", () => {
  const of = examples(values);
  expect(trainingData(of, Uint32Array.of(0, 1, 2)).all().buffer).toBe(values.buffer);
  const last = trainingData(of, Uint32Array.of(1, 2)).all();
  expect([last.buffer === values.buffer, ...last]).toEqual([true, 3, 4, 5, 6]);
});

test("others are copied: of rows with gaps, in another scale, or of pixels", () => {
  const apart = trainingData(examples(values), Uint32Array.of(0, 2)).all();
  expect([apart.buffer === values.buffer, ...apart]).toEqual([false, 1, 2, 5, 6]);
  expect([...trainingData(examples(values, 2, 1), Uint32Array.of(1)).all()]).toEqual([7, 9]);
  const pixels = examples(Uint8Array.of(0, 51, 102, 153, 204, 255), 1 / 255);
  expect(trainingData(pixels, Uint32Array.of(2)).all()[1]).toBe(1);
});
