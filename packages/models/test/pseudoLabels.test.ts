import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { trainingDataOf } from "../src/testing.js";
import { PseudoLabels, propagationOption } from "../src/training/pseudoLabels.js";
import { labels, n, points } from "./twoRows.js";

beforeAll(async () => {
  await startEngine();
});

const training = trainingDataOf(points, 2, labels);
const pseudoLabelsWith = (options: object): PseudoLabels =>
  new PseudoLabels(propagationOption("").parse(options)!, 2, (...names) => stream(1, ...names));
/** Propagates along the points themselves. */
const propagate = (pseudoLabels: PseudoLabels, epoch = 0): void =>
  pseudoLabels.propagate(training, 2, (x) => tf.clone(x), epoch);
const stateOf = (pseudoLabels: PseudoLabels, name: string): Float32Array =>
  pseudoLabels.state.get(name)!.values;

describe("pseudo-labels", () => {
  test("keep the given labels, follow the rows otherwise, and are less certain there", () => {
    const pseudoLabels = pseudoLabelsWith({ neighbours: 2 });
    propagate(pseudoLabels);
    const assigned = stateOf(pseudoLabels, "assigned");
    const certainty = stateOf(pseudoLabels, "certainty");
    expect([...assigned]).toEqual(Array.from({ length: n }, (_, row) => Number(row >= 20)));
    expect([certainty[0], certainty[39]]).toEqual([1, 1]);
    certainty.subarray(1, 39).forEach((value) => {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(1);
    });
  });

  test("are as certain as the entropy of their shares is low", () => {
    const pseudoLabels = pseudoLabelsWith({ neighbours: 2 });
    propagate(pseudoLabels);
    const [a, b] = stateOf(pseudoLabels, "shares").subarray(2 * 5, 2 * 6);
    const entropy = -[a!, b!].reduce((sum, share) => (share > 0 ? sum + share * Math.log(share) : sum), 0);
    expect(stateOf(pseudoLabels, "certainty")[5]).toBeCloseTo(1 - entropy / Math.log(2), 5);
  });

  test("are -1 before the first propagation, and then those of the asked rows", () => {
    const pseudoLabels = pseudoLabelsWith({ neighbours: 2 });
    const rows = Uint32Array.of(39, 5);
    expect([...pseudoLabels.of(rows).dataSync()]).toEqual([-1, -1]);
    propagate(pseudoLabels);
    expect([...pseudoLabels.of(rows).dataSync()]).toEqual([1, 0]);
  });

  test("are targets as one-hot rows, with the certainty of each", () => {
    const pseudoLabels = pseudoLabelsWith({ neighbours: 2 });
    propagate(pseudoLabels);
    const { assigned, certainty } = pseudoLabels.targets(Uint32Array.of(39, 5));
    expect(assigned.arraySync()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(certainty.shape).toEqual([2, 1]);
    expect([...certainty.dataSync()]).toEqual([1, stateOf(pseudoLabels, "certainty")[5]]);
  });

  test("are blended with those of the epoch before, as much as memory says", () => {
    const shareOf = (memory: number): number => {
      const pseudoLabels = pseudoLabelsWith({ neighbours: 2, memory });
      propagate(pseudoLabels, 0);
      stateOf(pseudoLabels, "shares").fill(0.5);
      propagate(pseudoLabels, 1);
      return stateOf(pseudoLabels, "shares")[2]!;
    };
    const fresh = shareOf(0);
    expect(fresh).toBeGreaterThan(0.6);
    expect(shareOf(0.5)).toBeCloseTo((fresh + 0.5) / 2, 4);
  });

  test("are the same if only some examples are in the graph and these lie close enough", () => {
    const [all, some] = [{ neighbours: 2 }, { neighbours: 2, examples: 30 }].map((options) => {
      const pseudoLabels = pseudoLabelsWith(options);
      propagate(pseudoLabels);
      return stateOf(pseudoLabels, "assigned");
    });
    expect(all!.filter((label, row) => label === some![row]).length).toBeGreaterThan(34);
  });
});
