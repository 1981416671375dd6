import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipelineJsonSchema } from "@gumbel/config";
import { expect, test } from "vitest";
import { fieldTable, withFieldTable } from "../src/fieldTable.js";
import { fieldsOfDocuments } from "../src/schemas.js";

const root = resolve(import.meta.dirname, "../../..");

test.each(["configuration.md", "data.md"])(
  "docs/%s lists the fields of its schema (else: pnpm gumbel schema)",
  async (name) => {
    const document = readFileSync(join(root, "docs", name), "utf8");
    expect(document).toBe(withFieldTable(document, (await fieldsOfDocuments())[name]!, name));
  },
);

test("a row has the field's values, its default and its meaning", () => {
  const rows = fieldTable(pipelineJsonSchema())
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
  expect(() => withFieldTable("# pipeline.json", {}, "x.md")).toThrow("no marks for the table");
});
