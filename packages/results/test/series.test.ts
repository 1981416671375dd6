import { describe, expect, test } from "vitest";
import { overRuns, seriesOf } from "../src/series.js";

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
    collapses: [],
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
});
