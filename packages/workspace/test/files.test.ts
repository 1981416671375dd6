import { describe, expect, test } from "vitest";
import { parseJson } from "../src/files.js";
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

describe("JSON", () => {
  test("may begin with a byte order mark", () => {
    expect(parseJson('\uFEFF{"a":1}', "a.json")).toEqual({ a: 1 });
  });

  test("with a field that an object cannot keep is refused by its line; as a value it is text", () => {
    expect(parseJson('{"name":"__proto__"}', "a.json")).toEqual({ name: "__proto__" });
    expect(() => parseJson('{\n"__proto__": 1}', "a.json")).toThrow(
      /"__proto__" cannot be the name of a field[\s\S]*a\.json:2/,
    );
  });
});
