/**
 * Tables of measurements in the documents are those of the records in docs/records, which `pnpm attack` and the load of
 * @gumbel/bench write. GUMBEL_WRITE_DOCS=1 writes the tables.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordSchema as benchSchema, librariesOf, rowsOf } from "@gumbel/bench";
import { markdownTable } from "@gumbel/cli";
import { test } from "vitest";
import { z } from "zod";
import { root } from "../workspace.js";
import { expectWritten } from "./written.js";

const made = {
  date: z.iso.date(),
  machine: z.strictObject({ processor: z.string(), cores: z.int(), node: z.string() }),
};
type Made = z.output<z.ZodObject<typeof made>>;
const attackSchema = z.record(
  z.string(),
  z.strictObject({ ...made, count: z.int(), seconds: z.number(), seed: z.int() }),
);
const loadSchema = z.record(
  z.string(),
  z.strictObject({
    ...made,
    seconds: z.number(),
    stages: z.record(z.string(), z.number()).optional(),
    peakBytes: z.number().optional(),
    pageBytes: z.number().optional(),
  }),
);

const taken = z.strictObject({ seconds: z.number(), peakBytes: z.number() });
const growthSchema = z.record(
  z.string(),
  z.strictObject({
    ...made,
    ...{ rows: z.int(), columns: z.int() },
    ...{ ingest: taken, train: taken, "k-means": taken, extract: taken, evaluate: taken, report: taken },
  }),
);

const number = (value: number): string => Math.round(value).toLocaleString("en-US");
const seconds = (value: number): string => (value < 10 ? value.toFixed(1) : number(value));
/** Where and when: `2026-11-30, 2 cores of an AMD EPYC, Node 20.1.0`. */
const madeText = ({ date, machine: { cores, processor, node } }: Made): string =>
  `${date}, ${cores} cores of ${processor}, Node ${node.slice(1)}`;

const stages = ["ingest", "train", "extract", "evaluate", "report"];
const tables: Record<string, (record: unknown) => string> = {
  "attack.json": (record) =>
    markdownTable([
      ["attack that held", "times", "minutes", "seed", "measured"],
      ...Object.entries(attackSchema.parse(record)).map(([name, each]) => [
        name,
        number(each.count),
        number(each.seconds / 60),
        `${each.seed}`,
        madeText(each),
      ]),
    ]),
  "load.json": (record) =>
    markdownTable([
      ["load", ...stages.map((stage) => `${stage}, s`), "all, s", "peak MB", "page kB", "measured"],
      ...Object.entries(loadSchema.parse(record)).map(([name, each]) => [
        name,
        ...stages.map((stage) => (each.stages ? seconds(each.stages[stage]!) : "")),
        seconds(each.seconds),
        each.peakBytes ? number(each.peakBytes / 1e6) : "",
        each.pageBytes ? number(each.pageBytes / 1e3) : "",
        madeText(each),
      ]),
    ]),
};

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(join(root, "docs", "records", name), "utf8"));

test("the tables of docs/reliability.md are those of their records", () => {
  const texts = Object.entries(tables).map(([name, tableOf]) => [name, tableOf(recorded(name))]);
  expectWritten("reliability.md", Object.fromEntries(texts));
});

/** Time and memory of each stage by the size of the data. */
function growthTable(record: unknown): string {
  const sizes = Object.values(growthSchema.parse(record)).sort(
    (a, b) => a.columns - b.columns || a.rows - b.rows,
  );
  const steps = ["ingest", "train", "k-means", "extract", "evaluate", "report"] as const;
  const titles = ["ingest", "one epoch", "k-means", "extract", "evaluate", "report"];
  return markdownTable([
    ["rows × columns", "data, MB", ...titles.map((title) => `${title}: s, MB`), "measured"],
    ...sizes.map((size) => [
      `${number(size.rows)} × ${number(size.columns)}`,
      number((size.rows * size.columns * 4) / 1e6),
      ...steps.map((step) => `${seconds(size[step].seconds)}, ${number(size[step].peakBytes / 1e6)}`),
      madeText(size),
    ]),
  ]);
}

test("the tables of docs/performance.md are those of the benchmarks' records, one of each machine", () => {
  const machines = Object.entries(benchSchema.parse(recorded("bench.json")));
  const parts = machines.map(([machine, results]) => {
    const dates = [...new Set(results.map(({ date }) => date))].sort().join(", ");
    const slower = results.filter(({ peer }) => peer && peer.ratio.median > 1).map(({ name }) => name);
    const said = `Measured ${dates}. Slower than the peer: ${slower.join(", ") || "none"}.`;
    return `### ${machine}\n\n${said}\n\n${markdownTable(rowsOf(results))}\n\n${librariesOf(results)}`;
  });
  expectWritten("performance.md", {
    "bench.json": parts.join("\n\n"),
    "growth.json": growthTable(recorded("growth.json")),
  });
});
