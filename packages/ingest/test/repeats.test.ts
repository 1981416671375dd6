import { expect, test } from "vitest";
import { Repeats } from "../src/repeats.js";

test.each([Float32Array, Uint8Array])("rows that repeat are counted, also over batches: %s", (Stored) => {
  const repeats = new Repeats();
  repeats.add(Stored.of(1, 2, 3, 4, 1, 2), Uint8Array.of(0, 0, 0));
  repeats.add(Stored.of(3, 4, 2, 1, 5, 6), Uint8Array.of(1, 1, 0));
  expect(repeats.notes()).toEqual([
    "1 of 4 training examples are the same as an earlier one",
    "1 of 2 test examples are the same as a training example: their errors tell nothing of new data",
  ]);
});

test("a million rows that differ in one value are all different", () => {
  const repeats = new Repeats();
  const [n, d] = [1_000_000, 4];
  repeats.add(
    Float32Array.from({ length: n * d }, (_, i) => (i % d === 2 ? Math.floor(i / d) : 0)),
    new Uint8Array(n),
  );
  expect(repeats.notes()).toEqual([]);
});
