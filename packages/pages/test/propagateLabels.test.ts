import { expect, test } from "vitest";
import { propagateLabels } from "../src/plots/propagateLabels.js";

test("a label is propagated from the majority of the nearest, from the nearest one if there is a tie", () => {
  // Labelled: 0 at 0 and at 1, 1 at 3 and at 10.
  const label = Int32Array.of(0, 0, 1, 1, -1, -1, -1);
  const latent = Float32Array.of(0, 1, 3, 10, 2.2, 1.9, 30);
  const propagated = (k: number) => [...propagateLabels(latent, 1, [0, 1, 2, 3], label, k)].slice(4);
  expect(propagated(1)).toEqual([1, 0, 1]);
  expect(propagated(2)).toEqual([1, 0, 1]);
  expect(propagated(3)).toEqual([0, 0, 1]);
});
