/** Preparation of a user's columns, against values computed by scikit-learn 1.9.1. */
import { describe, expect, test } from "vitest";
import {
  type ColumnMethod,
  type Fill,
  featureNames,
  fitPreparation,
  isMissing,
  NumberSummarizer,
  parseDecimal,
  preparedFeatures,
  prepareRows,
  type RawColumn,
  type RawRows,
  TextSummarizer,
  Unseen,
} from "../src/index.js";

const rows = (columns: Record<string, RawColumn>): RawRows => ({
  count: Object.values(columns)[0]!.length,
  columns: new Map(Object.entries(columns)),
  where: (row) => `mine.csv:${row + 2}`,
});

/** Fits all rows of the columns, in two parts. */
function fit(columns: Record<string, RawColumn>, method: ColumnMethod = "standardize", fill: Fill = null) {
  const summaries = Object.entries(columns).map(([name, values]) => {
    const summarizer = Array.isArray(values) ? new TextSummarizer(name) : new NumberSummarizer(name, true);
    for (const part of [values.slice(0, 2), values.slice(2)]) {
      summarizer.add(part as RawColumn, new Uint8Array(part.length).fill(1));
    }
    return summarizer.finish();
  });
  return fitPreparation(summaries, () => method, fill);
}

/** Close to the expected values, within float32. */
function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
}

const numbers = (...values: number[]): Float64Array => Float64Array.from(values);

describe("numbers are prepared as scikit-learn does", () => {
  const x = numbers(1, 2, 4, 9);
  test.each([
    { method: "standardize", train: [-0.97332853, -0.64888568, 0, 1.62221421], five: 0.32444284 },
    { method: "minmax", train: [0, 0.125, 0.375, 1], five: 0.5 },
    { method: "robust", train: [-0.57142857, -0.28571429, 0.28571429, 1.71428571], five: 0.57142857 },
    { method: "none", train: [1, 2, 4, 9], five: 5 },
  ] as const)("$method, also a row that comes later", ({ method, train, five }) => {
    const preparation = fit({ x }, method);
    expectClose(prepareRows(preparation, rows({ x })), train);
    expect(prepareRows(preparation, rows({ x: numbers(5) }))[0]).toBeCloseTo(five, 6);
    const { centre, scale } = preparedFeatures(preparation)[0]!;
    expect(five * scale + centre).toBeCloseTo(5, 6);
  });

  test("metres of a map, which float32 could not tell apart, keep their differences", () => {
    const northing = numbers(4500123.25, 4500123.5, 4500124);
    expectClose(prepareRows(fit({ northing }), rows({ northing })), [-1.06904497, -0.26726124, 1.33630621]);
  });

  test("so do values of the scale 1e-25", () => {
    const charge = numbers(1e-25, 3e-25, 2e-25);
    expectClose(prepareRows(fit({ charge }), rows({ charge })), [-1.22474487, 1.22474487, 0]);
  });

  test("without a spread between the quartiles, robust keeps the unit of the column", () => {
    const x = numbers(1, 1, 1, 1, 5);
    expect([...prepareRows(fit({ x }, "robust"), rows({ x }))]).toEqual([0, 0, 0, 0, 4]);
  });

  test.each(["standardize", "minmax", "robust"] as const)(
    "a constant column is 0 by %s, now and later",
    (method) => {
      const preparation = fit({ x: numbers(0.1, 0.1, 0.1) }, method);
      expect([...prepareRows(preparation, rows({ x: numbers(0.1, 7) }))]).toEqual([0, 0]);
    },
  );
});

describe("text becomes a feature per value", () => {
  test("in alphabetical order", () => {
    const columns = { x: numbers(1, 2, 3), colour: ["red", "blue", "red"] };
    const preparation = fit(columns, "none");
    expect(featureNames(preparation)).toEqual(["x", "colour=blue", "colour=red"]);
    expect([...prepareRows(preparation, rows(columns))]).toEqual([1, 0, 1, 2, 1, 0, 3, 0, 1]);
  });

  test("a value that training did not have has no feature, and is told", () => {
    const preparation = fit({ colour: ["red", "blue"] });
    const unseen = new Unseen("rows");
    expect([...prepareRows(preparation, rows({ colour: ["green"] }), unseen)]).toEqual([0, 0]);
    expect(unseen.lines()).toEqual([
      '"colour": 1 rows have a value that no training row has, and so 0 in all of its features',
    ]);
  });

  test("of numbers are told if they are as far from those of training as these lie apart", () => {
    const preparation = fit({ x: numbers(1, 5), y: numbers(7, 7) });
    const unseen = new Unseen("rows");
    prepareRows(preparation, rows({ x: numbers(-3, 9), y: numbers(7, 7) }), unseen);
    expect(unseen.lines()).toEqual([]);
    prepareRows(preparation, rows({ x: numbers(-3.1, 90), y: numbers(7, 8) }), unseen);
    expect(unseen.lines()).toEqual([
      expect.stringMatching(
        /^"x": 2 rows lie far outside .* the first has -3\.1 .* 1 to 5; and so in 1 other column;/,
      ),
    ]);
  });

  test("of sentences says how its words become the features", () => {
    const text = Array.from({ length: 60 }, (_, i) => `this is the review number ${i}`);
    expect(() => fit({ text })).toThrow(
      /"ignore": \["text"\]; or cluster the rows by its words alone: dataset.text "text"/,
    );
  });

  test("of at most 50 values", () => {
    const names = Array.from({ length: 51 }, (_, i) => `name ${i}`);
    expect(featureNames(fit({ name: names.slice(1) }))).toHaveLength(50);
    expect(() => fit({ name: names })).toThrow(/"name" has more than 50[\s\S]*"ignore": \["name"\]/);
  });
});

describe("missing values", () => {
  const columns = { x: numbers(1, 2, Number.NaN, 9), colour: ["red", null, "blue", "red"] };
  test.each([
    { fill: "mean", x: 4 },
    { fill: "median", x: 2 },
  ] as const)("are filled with the $fill, text with its most frequent value", ({ fill, x }) => {
    const prepared = [...prepareRows(fit(columns, "none", fill), rows(columns))];
    expect(prepared).toEqual([1, 0, 1, 2, 0, 1, x, 1, 0, 9, 0, 1]);
  });

  test("are an error with the row and the column if nothing fills them", () => {
    expect(() => prepareRows(fit(columns), rows(columns))).toThrow(
      /missing in the column "x"[\s\S]*mine\.csv:4/,
    );
  });
});

test.each([
  { what: "a column that is not there", column: "y", values: numbers(1), says: /no column "x"/ },
  {
    what: "text for a number",
    column: "x",
    values: ["tall"],
    says: /"tall" in the column "x"[\s\S]*mine\.csv:2/,
  },
  { what: "a number beyond float32", column: "x", values: numbers(1e39), says: /"1e\+39" in the column "x"/ },
])("$what is refused", ({ column, values, says }) => {
  expect(() => prepareRows(fit({ x: numbers(1, 2) }), rows({ [column]: values }))).toThrow(says);
});

describe("a decimal number", () => {
  test.each([
    ["-4", -4],
    ["+.5", 0.5],
    ["0e5", 0],
    ["1e-25", 1e-25],
    ["007", 7],
  ])("%s is one", (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  test.each(["0x10", "0b1", "0o7", "Infinity", "-Infinity", "1,5", "1_000", "12px", " "])(
    "%s is none",
    (text) => {
      expect(parseDecimal(text)).toBeNaN();
    },
  );

  test.each(["", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "?"])(
    '"%s" is a missing value',
    (text) => {
      expect(isMissing(text)).toBe(true);
    },
  );

  test.each(["0", "none", "-"])('"%s" is not missing', (text) => {
    expect(isMissing(text)).toBe(false);
  });
});
