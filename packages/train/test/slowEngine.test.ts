import { expect, test } from "vitest";
import { estimatedMinutes } from "../src/slowEngine.js";

const engine = { slowdown: 6, operationsPerSecond: 5e9, minutes: 10 };

test("one epoch over a million examples with 5,000 parameters takes 3e10 operations: 6 seconds at 5 billion per second", () => {
  const size = { epochs: 1, seeds: 1, examples: 1e6, parameters: 5000, cores: 1 };
  expect(estimatedMinutes(size, engine)).toBeCloseTo(0.1, 10);
});

test("three seeds on two cores take twice as long as two", () => {
  const size = { epochs: 10, examples: 1e6, parameters: 5000, cores: 2 };
  expect(estimatedMinutes({ ...size, seeds: 2 }, engine)).toBeCloseTo(1, 10);
  expect(estimatedMinutes({ ...size, seeds: 3 }, engine)).toBeCloseTo(2, 10);
});
