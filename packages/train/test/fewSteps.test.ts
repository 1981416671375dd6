import { expect, test } from "vitest";
import { saidOfFewSteps } from "../src/fewSteps.js";

test("3 epochs over 7,291 examples in batches of 128 are 171 steps; 53 epochs of 57 steps give 3,000", () => {
  const said = saidOfFewSteps(3, 7291, 128)!;
  expect(said).toContain("only 171 steps");
  expect(said).toContain('"epochs": 53');
});

test.each([
  { what: "3 epochs over 70,000 examples, 1,641 steps", epochs: 3, examples: 70_000 },
  { what: "exactly 1,000 steps", epochs: 10, examples: 12_800 },
  { what: "a system without training", epochs: 0, examples: 100 },
])("says nothing of $what", ({ epochs, examples }) => {
  expect(saidOfFewSteps(epochs, examples, 128)).toBeUndefined();
});
