import { expect, test } from "vitest";
import { signOfFewSteps } from "../src/fewSteps.js";

test("3 epochs over 7,291 examples in batches of 128 are 171 steps; 53 epochs of 57 steps give 3,000", () => {
  const { what, hint } = signOfFewSteps(3, 7291, 128)!;
  expect(what).toBe("the training has only 171 steps");
  expect(hint).toContain('"epochs": 53');
});

test.each([
  { what: "3 epochs over 70,000 examples, 1,641 steps", epochs: 3, examples: 70_000 },
  { what: "exactly 1,000 steps", epochs: 10, examples: 12_800 },
  { what: "a system without training", epochs: 0, examples: 100 },
])("says nothing of $what", ({ epochs, examples }) => {
  expect(signOfFewSteps(epochs, examples, 128)).toBeUndefined();
});
