import type { EpochRecord } from "@gumbel/tables";
import { expect, test } from "vitest";
import { LastingSigns } from "../src/progress.js";

const record = (epoch: number, ...names: string[]): EpochRecord => ({
  phase: "training",
  epoch,
  step: epoch,
  loss: 1,
  totals: { model: 1 },
  terms: {},
  weights: {},
  accuracy: null,
  nmi: null,
  testError: null,
  signs: names.map((name) => ({ name, what: name, hint: "" })),
});

const said = (records: EpochRecord[]): string[] => {
  const lasting = new LastingSigns();
  return records.flatMap((each) => lasting.after(each).map(({ name }) => `${each.epoch} ${name}`));
};

test("a collapse is said once, after three epochs in a row", () => {
  const epochs = [1, 2, 3, 4, 5].map((epoch) => record(epoch, "one-cluster"));
  expect(said(epochs)).toEqual(["3 one-cluster"]);
});

test("a collapse that passes is not said, and epochs with none in between do not count", () => {
  expect(said([record(1, "a"), record(2, "a"), record(3), record(4, "a"), record(5, "a")])).toEqual([]);
});

test("several reports of the same epoch count as one", () => {
  expect(said([1, 1, 1, 2, 2].map((epoch) => record(epoch, "a")))).toEqual([]);
});
