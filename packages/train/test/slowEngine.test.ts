import { expect, test } from "vitest";
import { estimatedMinutes } from "../src/slowEngine.js";

const engine = { times: 6, operationsPerSecond: 5e9, minutes: 10 };

test("training of one epoch over a million examples with 5,000 parameters is 3e10 operations: 6 seconds at 5 billion", () => {
  const size = { examples: 1e6, parameters: 5000, cores: 1 };
  expect(estimatedMinutes({ epochs: 1, seeds: [0] }, size, engine)).toBeCloseTo(0.1, 10);
});

test("seeds take turns if there are more of them than cores", () => {
  const size = { examples: 1e6, parameters: 5000, cores: 2 };
  const of = (seeds: number[]): number => estimatedMinutes({ epochs: 10, seeds }, size, engine);
  expect(of([0, 1])).toBeCloseTo(1, 10);
  expect(of([0, 1, 2])).toBeCloseTo(2, 10);
});
