/** Names in a study's files that other programs could take for something else. */
import { describeMetric } from "@gumbel/metrics";
import { expect, test } from "vitest";
import { escapeLatex, toLatex } from "../src/output/latex.js";
import type { Report } from "../src/output/report.js";
import { toCsv } from "../src/output/text.js";
import type { Table } from "../src/tables/table.js";

const table: Table = {
  id: "=1+1",
  title: "t",
  source: "s",
  columns: [{ dataset: '@x"y', title: "x", metric: describeMetric("accuracy") }],
  rows: [
    {
      system: "-kmeans",
      title: "k-means",
      labels: null,
      point: "+wG = 3",
      cells: [
        {
          published: { value: -0.5, std: null, source: "s" },
          publishedOnly: false,
          figures: [],
          problems: [],
        },
      ],
    },
  ],
};

const report: Report = { title: "A study", works: [], tables: [], figures: [], runs: [], options: {} };

test("study.csv has no formulas, and a negative number stays a number", () => {
  const line = toCsv({ ...report, tables: [table] }).split("\n")[1]!;
  expect(line).toMatch(/^"'=1\+1","'-kmeans","'\+wG = 3",,"'@x""y",accuracy,-0\.5,/);
});

test("study.tex has no control characters, which end a line or a comment", () => {
  expect(escapeLatex("a\r\n\u0000\u007fb\u2028c")).toBe("a b c");
  expect(toLatex({ ...report, title: "title\r\\input{x}" }).split(/[\r\n]/)[0]).toBe("% title \\input{x}");
});
