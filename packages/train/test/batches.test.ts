import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { Batches } from "../src/batches.js";

/** Rows 1, 4, 5 and 8 of ten are labelled. */
const labels = Int32Array.of(-1, 2, -1, -1, 0, 1, -1, -1, 0, -1);
const ascending = (rows: Uint32Array): number[] => [...rows].sort((a, b) => a - b);

describe("training without labels", () => {
  const batches = new Batches(labels, { size: 2 });

  test("passes over every row once an epoch, in an order of its stream", () => {
    const order = batches.order(stream(0, "epoch", 0));
    expect(ascending(order)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...order]).toEqual([...stream(0, "epoch", 0).permutation(10)]);
  });

  test("brings no labelled rows", () => {
    const step = batches.step(Uint32Array.of(3, 7), stream(0, "x"));
    expect([...step.rows]).toEqual([3, 7]);
    expect([...step.labels]).toEqual([-1, -1]);
  });
});

describe("training with labels", () => {
  test("passes over the unlabelled rows", () => {
    const batches = new Batches(labels, { size: 2, labelled: 3 });
    expect(batches.perEpoch).toBe(6);
    expect(ascending(batches.order(stream(0, "epoch", 0)))).toEqual([0, 2, 3, 6, 7, 9]);
  });

  test("brings as many labelled rows as asked for, first in the batch, others in another step", () => {
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

  test("brings all labelled rows if there are no more of them, with their classes", () => {
    const batches = new Batches(labels, { size: 2, labelled: 100 });
    const step = batches.step(Uint32Array.of(3, 7), stream(0, "x"));
    expect([...step.rows]).toEqual([1, 4, 5, 8, 3, 7]);
    expect([...step.labels]).toEqual([2, 0, 1, 0, -1, -1]);
  });

  test("passes over everything if asked to, and hides the classes of what it passes over", () => {
    const batches = new Batches(labels, { size: 2, labelled: 1, over: "all" });
    expect(batches.perEpoch).toBe(10);
    const { rows, labels: given } = batches.step(Uint32Array.of(4, 7), stream(0, "x"));
    expect([...rows.subarray(1)]).toEqual([4, 7]);
    expect([...given]).toEqual([labels[rows[0]!], -1, -1]);
  });

  test("passes over the labelled rows alone if asked to, with their classes", () => {
    const batches = new Batches(labels, { size: 2, over: "labelled" });
    expect(ascending(batches.order(stream(0, "epoch", 0)))).toEqual([1, 4, 5, 8]);
    expect([...batches.step(Uint32Array.of(5, 8), stream(0, "x")).labels]).toEqual([1, 0]);
  });
});
