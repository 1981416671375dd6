import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { Batches } from "../src/batches.js";

/** Rows 1, 4, 5 and 8 of ten are labelled. */
const labels = Int32Array.of(-1, 2, -1, -1, 0, 1, -1, -1, 0, -1);
const ascending = (rows: Uint32Array): number[] => [...rows].sort((a, b) => a - b);

describe("training without labels", () => {
  const batches = new Batches(labels, { size: 2 });

  test("an epoch has every row once, in the order of its stream", () => {
    const order = batches.order(stream(0, "epoch", 0));
    expect(ascending(order)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...order]).toEqual([...stream(0, "epoch", 0).permutation(10)]);
  });

  test("no labelled rows are added to a batch", () => {
    const step = batches.step(Uint32Array.of(3, 7), stream(0, "x"));
    expect([...step.rows]).toEqual([3, 7]);
    expect([...step.labels]).toEqual([-1, -1]);
  });
});

describe("training with labels", () => {
  test("an epoch has the unlabelled rows", () => {
    const batches = new Batches(labels, { size: 2, labelled: 3 });
    expect(batches.perEpoch).toBe(6);
    expect(ascending(batches.order(stream(0, "epoch", 0)))).toEqual([0, 2, 3, 6, 7, 9]);
  });

  test("`labelled` rows are added before each batch, others in each step", () => {
    const batches = new Batches(labels, { size: 2, labelled: 3 });
    const drawn = Array.from(
      { length: 20 },
      (_, step) => batches.step(Uint32Array.of(3, 7), stream(0, "labelled", step)).rows,
    );
    for (const rows of drawn) {
      expect([...rows.subarray(3)]).toEqual([3, 7]);
      expect(new Set(rows).size).toBe(5);
      for (const row of rows.subarray(0, 3)) expect(labels[row]).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(drawn.map((rows) => ascending(rows.subarray(0, 3)).join())).size).toBeGreaterThan(1);
  });

  test("all labelled rows are added with their classes, if there are no more than `labelled`", () => {
    const batches = new Batches(labels, { size: 2, labelled: 100 });
    const step = batches.step(Uint32Array.of(3, 7), stream(0, "x"));
    expect([...step.rows]).toEqual([1, 4, 5, 8, 3, 7]);
    expect([...step.labels]).toEqual([2, 0, 1, 0, -1, -1]);
  });

  test("with over: all, an epoch has every row, without its class", () => {
    const batches = new Batches(labels, { size: 2, labelled: 1, over: "all" });
    expect(batches.perEpoch).toBe(10);
    const { rows, labels: ofStep } = batches.step(Uint32Array.of(4, 7), stream(0, "x"));
    expect([...rows.subarray(1)]).toEqual([4, 7]);
    expect([...ofStep]).toEqual([labels[rows[0]!], -1, -1]);
  });

  test("with over: labelled, an epoch has the labelled rows, with their classes", () => {
    const batches = new Batches(labels, { size: 2, over: "labelled" });
    expect(ascending(batches.order(stream(0, "epoch", 0)))).toEqual([1, 4, 5, 8]);
    expect([...batches.step(Uint32Array.of(5, 8), stream(0, "x")).labels]).toEqual([1, 0]);
  });
});
