/**
 * Tables of measurements in the documents are those of the records in docs/records, which `pnpm attack` and the load of
 * @gumbel/bench write. GUMBEL_WRITE_DOCS=1 writes the tables.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { root } from "../workspace.js";

const machine = z.strictObject({ processor: z.string(), cores: z.int(), node: z.string() });
const attackSchema = z.strictObject({
  date: z.iso.date(),
  seed: z.int(),
  machine,
  held: z.array(z.strictObject({ name: z.string(), count: z.int(), seconds: z.number() })),
});
const loadSchema = z.strictObject({
  date: z.iso.date(),
  machine,
  cases: z.array(
    z.strictObject({
      name: z.string(),
      seconds: z.number(),
      stages: z.record(z.string(), z.number()).optional(),
      peakBytes: z.number().optional(),
      pageBytes: z.number().optional(),
    }),
  ),
});

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(rows[0]!), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join(
    "\n",
  );
}
const number = (value: number): string => Math.round(value).toLocaleString("en-US");
const seconds = (value: number): string => (value < 10 ? value.toFixed(1) : number(value));
const measuredOn = (date: string, { cores, processor, node }: z.output<typeof machine>): string =>
  `Measured on ${date} on ${cores} cores of an ${processor}, Node ${node.slice(1)}`;

const tables: Record<string, (record: unknown) => string> = {
  "attack.json": (record) => {
    const { date, machine, held, seed } = attackSchema.parse(record);
    const rows = held.map(({ name, count, seconds }) => [name, number(count), number(seconds / 60)]);
    return `${table([["attack", "times", "minutes"], ...rows])}\n\n${measuredOn(date, machine)}, seed ${seed}: all of them held.`;
  },
  "load.json": (record) => {
    const { date, machine, cases } = loadSchema.parse(record);
    const stages = ["ingest", "train", "extract", "evaluate", "report"];
    const rows = cases.map((each) => [
      each.name,
      ...stages.map((stage) => (each.stages ? seconds(each.stages[stage]!) : "")),
      seconds(each.seconds),
      each.peakBytes ? number(each.peakBytes / 1e6) : "",
      each.pageBytes ? number(each.pageBytes / 1e3) : "",
    ]);
    const heading = ["load", ...stages, "all, s", "peak MB", "page kB"];
    return `${table([heading, ...rows])}\n\n${measuredOn(date, machine)}. Seconds of each stage; all: with the start of every program.`;
  },
};

const documents = ["reliability.md"];
const mark = /<!-- record: (\S+) -->\n([\s\S]*?)<!-- end of the record -->/g;

test.each(documents)("the tables of docs/%s are those of their records", (document) => {
  const path = join(root, "docs", document);
  const text = readFileSync(path, "utf8");
  const names: string[] = [];
  const written = text.replaceAll(mark, (_, name: string) => {
    names.push(name);
    const record: unknown = JSON.parse(readFileSync(join(root, "docs", "records", name), "utf8"));
    return `<!-- record: ${name} -->\n\n${tables[name]!(record)}\n\n<!-- end of the record -->`;
  });
  if (process.env.GUMBEL_WRITE_DOCS) writeFileSync(path, written);
  expect(names).toEqual(Object.keys(tables));
  expect(readFileSync(path, "utf8")).toBe(written);
});
