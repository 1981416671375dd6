import { describe, expect, test } from "vitest";
import { bestEpoch, overRuns, phasesOf, seriesOf } from "../src/series.js";

describe("curves", () => {
  const record = (epoch: number, loss: number) => ({
    phase: "training",
    epoch,
    step: epoch,
    loss,
    totals: { model: loss },
    terms: { a: loss },
    weights: { a: 1 },
    accuracy: null,
    nmi: null,
    testError: null,
    signs: [],
  });

  test("mean and standard deviation are over the runs that have a number at the epoch", () => {
    const [loss, ...others] = seriesOf([
      { seed: 0, records: [record(1, 10), record(2, 6)] },
      { seed: 1, records: [record(1, 14), record(2, Number.NaN)] },
    ]);
    expect(others).toEqual([]);
    expect(overRuns(loss!)).toEqual([
      { epoch: 1, mean: 12, std: Math.sqrt(8), n: 2 },
      { epoch: 2, mean: 6, std: null, n: 1 },
    ]);
  });

  test("a total loss is compared with epochs of the same weights alone, of one phase", () => {
    const warm = (epoch: number, loss: number, weight: number) => ({
      ...record(epoch, loss),
      weights: { a: 1, b: weight },
    });
    const curves = [
      {
        seed: 0,
        records: [{ ...record(1, 2), phase: "autoencoder" }, warm(1, 3, 0.5), warm(2, 9, 1), warm(3, 8, 1)],
      },
    ];
    const [before, loss] = seriesOf(curves);
    expect([before!.metric.title, before!.warmUp]).toEqual(["Total loss, autoencoder", null]);
    expect(loss!.warmUp).toEqual({ until: 1, terms: ["b"] });
    expect(bestEpoch(loss!)).toEqual({ epoch: 3, value: 8 });
    expect(phasesOf(curves)).toEqual([
      { name: "autoencoder", epochs: 1 },
      { name: "training", epochs: 3 },
    ]);
  });

  test("the test error is one, in percent, if training has some", () => {
    const records = [record(1, 3), { ...record(2, 2), testError: 12.5 }];
    const last = seriesOf([{ seed: 0, records }]).at(-1)!;
    expect([last.metric.title, last.metric.better, last.runs[0]!.points]).toEqual([
      "test error",
      "low",
      [{ epoch: 2, value: 12.5 }],
    ]);
  });

  test("no epoch is the best if the weights change to the last", () => {
    const curves = [{ seed: 0, records: [record(1, 3), { ...record(2, 2), weights: { a: 2 } }] }];
    expect(bestEpoch(seriesOf(curves)[0]!)).toEqual({ epoch: 2, value: 2 });
  });
});
