import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { configurationTable, withConfigurationTable } from "../src/configurationTable.js";

const document = readFileSync(
  join(resolve(import.meta.dirname, "../../.."), "docs", "configuration.md"),
  "utf8",
);

test("docs/configuration.md lists the fields of the schema (else: pnpm gumbel schema)", () => {
  expect(document).toBe(withConfigurationTable(document));
});

test("a row has the field's values, its default and its meaning", () => {
  const rows = configurationTable()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const row = (field: string) => rows.find((cells) => cells[1] === `\`${field}\``)?.slice(2, 5);
  expect(row("seed")).toEqual([
    "whole number ≥ 0",
    "`0`",
    "The one seed from which everything random follows.",
  ]);
  expect(row("extract.batchSize")?.slice(0, 2)).toEqual(["whole number ≥ 1", "`1000`"]);
  expect(row("train.labelledPerBatch")?.slice(0, 2)).toEqual(["whole number ≥ 0 or `null`", "`null`"]);
  expect(row("train.snapshots.unit")?.slice(0, 2)).toEqual(['`"epoch"` or `"step"`', '`"epoch"`']);
  expect(row("model")?.slice(0, 2)).toEqual(['`"name"` or `{ "name", …options }`', "none: required"]);
  expect(row("labels.count")?.[1]).toBe("none: required");
});

test("a document without marks for the table is refused", () => {
  expect(() => withConfigurationTable("# pipeline.json")).toThrow("no marks for the table");
});
