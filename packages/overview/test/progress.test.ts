import type { Live, LiveProgress } from "@gumbel/stage";
import { expect, test } from "vitest";
import { liveText, secondsLeft, seedsOf } from "../src/entries/progress.js";

const at = (phase: string, epoch: number, epochs: number, secondsLeft: number | null): LiveProgress => ({
  phase,
  start: 0,
  epoch,
  epochs,
  examplesPerSecond: 100,
  secondsLeft,
});
const live = (progress: Live["progress"], given: Partial<Live> = {}): Live => ({
  startedAt: "2026-01-01T00:00:00.000Z",
  seeds: [0, 1, 2],
  progress,
  failure: null,
  state: "running",
  runs: [],
  folder: "",
  ...given,
});

test("the time left holds the phases that come and the seeds that wait", () => {
  // 2 s for an epoch: 10 epochs of pretraining and 40 of training, then two seeds of 40 epochs.
  expect(secondsLeft(live({ "0": at("pretraining", 10, 20, 20) }), 40)).toBe(20 + 80 + 2 * 80);
  // Two train at once: the one that waits is shared by them.
  const two = { "0": at("training", 20, 40, 40), "1": at("training", 10, 40, 60) };
  expect(secondsLeft(live(two), 40)).toBe((40 + 60 + 80) / 2);
});

test("the time left is not said before it is known, or after the end", () => {
  expect(secondsLeft(live({ "0": at("training", 0, 40, null) }), 40)).toBe(null);
  expect(secondsLeft(live({ "0": at("pretraining", 10, 20, 20) }), null)).toBe(null);
  expect(secondsLeft(live({ "0": at("training", 20, 40, 40) }, { state: "stopped" }), 40)).toBe(null);
});

test("every seed has a state, also those that have not begun", () => {
  const seeds = seedsOf(live({ "0": at("training", 40, 40, 0), "1": at("training", 10, 40, 60) }), 40);
  expect(seeds.map(({ seed, state, secondsLeft }) => [seed, state, secondsLeft])).toEqual([
    [0, "done", 0],
    [1, "training", 60],
    [2, "waiting", null],
  ]);
});

test("a failure is named with what it had reached", () => {
  const failed = live(
    { "0": at("training", 1.5, 40, 60) },
    { state: "failed", failure: "no memory\n  left" },
  );
  expect(liveText(failed, 40).text).toBe(
    "Training failed: no memory; left. It had reached seed 0: epoch 1.5 of 40.",
  );
});
