import { describe, expect, test } from "vitest";
import { drawLabelled, notesOn } from "../src/labelled.js";
import { Limit } from "../src/limit.js";

const batch = (split: number[], first = 0) => ({
  features: Float32Array.from(split.flatMap((_, i) => [first + i, -(first + i)])),
  labels: Int32Array.from(split, (_, i) => first + i),
  split: Uint8Array.from(split),
  index: Uint32Array.from(split, (_, i) => first + i),
});

describe("a limit", () => {
  test("keeps the same share of each split, in order, and whole rows", () => {
    const limit = new Limit({ train: 60, test: 20 }, 20, 0);
    const kept = limit.keep(batch([...new Array(60).fill(0), ...new Array(20).fill(1)]));
    expect(kept.split.filter((part) => part === 0)).toHaveLength(15);
    expect(kept.split.filter((part) => part === 1)).toHaveLength(5);
    expect([...kept.index]).toEqual([...kept.index].sort((a, b) => a - b));
    expect([...kept.labels]).toEqual([...kept.index]);
    expect([...kept.features]).toEqual([...kept.index].flatMap((i) => [i, i === 0 ? -0 : -i]));
  });

  test("does so if the splits are mixed and come in several batches", () => {
    const limit = new Limit({ train: 20, test: 20 }, 10, 3);
    const mixed = Array.from({ length: 20 }, (_, i) => i % 2);
    const parts = [limit.keep(batch(mixed)), limit.keep(batch(mixed, 20))];
    const split = parts.flatMap((part) => [...part.split]);
    expect([split.filter((part) => part === 0).length, split.filter((part) => part === 1).length]).toEqual([
      5, 5,
    ]);
  });

  test("above the size of the data set keeps everything; the seed determines the choice", () => {
    const keep = (count: number, seed: number): number[] => [
      ...new Limit({ train: 30, test: 0 }, count, seed).keep(batch(new Array(30).fill(0))).index,
    ];
    expect(keep(100, 0)).toHaveLength(30);
    expect(keep(10, 1)).toEqual(keep(10, 1));
    expect(keep(10, 1)).not.toEqual(keep(10, 2));
  });
});

describe("labels", () => {
  // 40 training examples of classes 0 to 3 in turn, then 4 test examples, then 1 without a label.
  const labels = [...Array.from({ length: 44 }, (_, i) => i % 4), -1];
  const split = [...new Array(40).fill(0), 1, 1, 1, 1, 0];
  const four = ["a", "b", "c", "d"];

  test("per class are evenly distributed, one more in the first classes; ascending, training examples only", () => {
    const rows = drawLabelled({ count: 6, draw: "per-class", seed: 0 }, labels, split, four);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(rows.every((row) => row < 40)).toBe(true);
    expect(rows.map((row) => labels[row]).sort()).toEqual([0, 0, 1, 1, 2, 3]);
  });

  test("at random are distinct training examples that have a label, drawn by the labels' own seed", () => {
    const draw = (seed: number) => drawLabelled({ count: 40, draw: "random", seed }, labels, split, four);
    expect(draw(0)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    const some = (seed: number) => drawLabelled({ count: 8, draw: "random", seed }, labels, split, four);
    expect(some(1)).toEqual(some(1));
    expect(some(1)).not.toEqual(some(2));
  });

  test.each([
    {
      count: 41,
      draw: "random" as const,
      message: "41 labelled examples are to be drawn, but only 40 training examples have a label",
    },
    {
      count: 40,
      draw: "per-class" as const,
      classes: [...four, "e"],
      message: 'no training example of class "e" would keep its label',
    },
    {
      count: 3,
      draw: "per-class" as const,
      message: 'no training example of class "d" would keep its label',
    },
  ])("$count $draw are an error if there are too few", ({ count, draw, classes = four, message }) => {
    expect(() => drawLabelled({ count, draw, seed: 0 }, labels, split, classes)).toThrow(message);
  });

  test("per class are all of a class that has fewer, and more of the others; both are said", () => {
    const uneven = [0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 1];
    const parts = [...new Array(12).fill(0), 1];
    const draw = (count: number) =>
      drawLabelled({ count, draw: "per-class", seed: 1 }, uneven, parts, ["rare", "b", "c"]);
    const countsOf = (rows: number[]) =>
      [0, 1, 2].map((label) => rows.filter((row) => uneven[row] === label).length);
    expect(countsOf(draw(9))).toEqual([2, 4, 3]);
    expect(countsOf(draw(12))).toEqual([2, 5, 5]);
    const notes = (rows: number[]) => notesOn([draw(6), rows], uneven, parts, ["rare", "b", "c"]);
    expect(notes(draw(9))).toEqual(['training sees the label of all 2 training examples of class "rare"']);
    expect(notes(draw(5))).toEqual(['training sees the label of all 2 training examples of class "rare"']);
    expect(notes([0, 2, 7])).toEqual([]);
    expect(notesOn([], uneven, parts, ["rare", "b", "c"])).toEqual([]);
    expect(notes([2, 7])).toEqual(['training sees no label of class "rare"']);
  });
});
