import { expect, test } from "vitest";
import { toCompactJson } from "../src/index.js";

test("a value that fits into a line is written on one; otherwise each field or element has its own line", () => {
  const value = {
    name: "a",
    list: [1, 2],
    none: {},
    left: undefined,
    deep: { first: "bb", second: [3, null] },
  };
  expect(toCompactJson(value, 47)).toBe(`{
  "name": "a",
  "list": [1, 2],
  "none": {},
  "deep": {
    "first": "bb",
    "second": [3, null]
  }
}
`);
  expect(toCompactJson(value, 48)).toContain('\n  "deep": { "first": "bb", "second": [3, null] }\n');
  expect(JSON.parse(toCompactJson(value, 10))).toEqual(JSON.parse(JSON.stringify(value)));
});
