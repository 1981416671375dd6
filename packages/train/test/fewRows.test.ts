import { expect, test } from "vitest";
import { signOfFewRows } from "../src/fewRows.js";

test("90 rows of 2,000 columns are said, with what to compare", () => {
  const { what, hint } = signOfFewRows(90, 2000, "vector")!;
  expect(what).toBe("there are 90 rows to learn from and 2000 inputs: a network may learn the rows by heart");
  expect(hint).toContain("kmeans");
  expect(signOfFewRows(90, 2000, "text")!.hint).toContain('"terms"');
});

test.each([
  { what: "as many rows as columns", n: 90, d: 90, kind: "vector" as const },
  { what: "few pictures", n: 90, d: 784, kind: "image" as const },
])("says nothing of $what", ({ n, d, kind }) => {
  expect(signOfFewRows(n, d, kind)).toBeUndefined();
});
