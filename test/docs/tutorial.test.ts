/** The tutorial works: each of its commands and programs is run, in a copy of this checkout. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Copy, copyEnv } from "../graph/copy.js";
import { root } from "../workspace.js";

const text = readFileSync(join(root, "docs/tutorial.md"), "utf8");
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map((match) => match[1]!);
const commands = blocks("sh").flatMap((block) => block.trim().split("\n"));

const copy = new Copy();
let cwd = copy.folder;
const python = process.env.GUMBEL_PYTHON;

/** The last column but some of a CSV file without quotes. */
const columnOf = (file: string, name: string): string[] => {
  const [header = "", ...rows] = readFileSync(copy.path(file), "utf8").trim().split("\n");
  return rows.map((row) => row.split(",")[header.split(",").indexOf(name)]!);
};

describe("the tutorial", () => {
  beforeAll(async () => {
    await copy.build("@gumbel/cli");
  }, 300_000);
  afterAll(() => copy.remove(), 120_000);

  const printed = new Map<string, string>();
  test.each(commands)(
    "%s",
    async (command) => {
      const [program, folder = ""] = command.split(" ");
      if (program === "cd") {
        cwd = join(cwd, folder);
        expect(existsSync(cwd)).toBe(true);
        return;
      }
      const { exitCode, stdall } = await run({ cwd, env: copyEnv })`${command.split(" ")}`;
      expect(exitCode, stdall).toBe(0);
      printed.set(command, stdall);
    },
    300_000,
  );

  test("shows the file of the sweep, which finds two clusters by the silhouette", () => {
    const file = readFileSync(copy.path("docs/examples/clusters.json"), "utf8");
    expect(blocks("json").map((block) => JSON.parse(block) as unknown)).toContainEqual(JSON.parse(file));
    expect(printed.get("pnpm gumbel sweep docs/examples/clusters.json")).toMatch(
      /Best by silhouette, which needs no labels: model.clusters 2: 0\.58\d ± 0\.000 \(2 seeds\)\nflowers, quick profile: 4 of 4 cells finished/,
    );
  });

  test("says what has run, in what two pipelines differ, and what was set and removed", () => {
    expect(printed.get("pnpm gumbel list")).toMatch(/^flowers +file +kmeans +quick +finished +ACC 0\.833/m);
    expect(printed.get("pnpm gumbel compare flowers flowers-alone")).toMatch(
      /^model\.name +kmeans +ae-kmeans/m,
    );
    expect(printed.get("pnpm gumbel set flowers-alone model.clusters=2")).toContain(
      'model.clusters: "auto" → 2',
    );
    expect(printed.get("pnpm gumbel clean clusters --yes")).toMatch(/removed [\d,]+ bytes/);
    expect(existsSync(copy.path("studies/local/clusters"))).toBe(false);
  });

  test.each(["list", "compare flowers flowers-alone", "why flowers", "verify"])(
    "%s --json is of its documented shape, and nothing else is printed",
    async (command) => {
      const gumbel = copy.path("packages/cli/bin.mjs");
      const words = [...command.split(" "), "--json"];
      const { stdout } = await run({ cwd: copy.folder })`${process.execPath} ${gumbel} ${words}`;
      const published = (name: string): object =>
        JSON.parse(readFileSync(join(root, "docs", name), "utf8")) as object;
      const [name = ""] = words;
      const schema =
        name === "list"
          ? published("overview.schema.json")
          : { ...published("cli.schema.json"), $ref: `#/$defs/${name}` };
      const validate = new Ajv2020({ strict: false }).compile(schema);
      expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
    },
  );

  test("gives clusters that are near the species, beside the user's own columns", () => {
    const file = "pipelines/local/flowers/out/report/assignments.csv";
    expect(columnOf(file, "sepal length").slice(0, 3)).toEqual(["5.1", "4.9", "4.7"]);
    const species = columnOf(file, "species");
    const right = columnOf(file, "class").filter((name, row) => name === species[row]).length;
    // scikit-learn 1.9.1: StandardScaler and KMeans(3, n_init=20) match 125 of 150.
    expect(right).toBe(125);
    const page = readFileSync(copy.path("pipelines/local/flowers/out/report/index.html"), "utf8");
    expect(page).toContain('href="assignments.csv"');
    expect(page).toContain("What sets the clusters apart");
    // Rows are shown as they stand in the file: the ruler measured tenths.
    const [, rows = ""] = /<table class="rows">([\s\S]*?)<\/table>/.exec(page) ?? [];
    expect([...rows.matchAll(/<th scope="rowgroup"/g)]).toHaveLength(3);
    expect([...rows.matchAll(/<th scope="row">/g)]).toHaveLength(15);
    expect(
      [...rows.matchAll(/<td>(.*?)<\/td>/g)].every(([, text]) => /^\d+(\.\d)?$|^[a-z]+$/.test(text!)),
    ).toBe(true);
  });

  test("finds two clusters without the species, and says nothing of classes", () => {
    const report = JSON.parse(
      readFileSync(copy.path("pipelines/local/flowers-alone/out/report/report.json"), "utf8"),
    ) as { model: { clusters: number }; metrics: Record<string, object>; warnings: object[] };
    expect(report.model.clusters).toBe(2);
    expect(report.warnings).toEqual([]);
    expect(Object.keys(report.metrics)).toEqual(["silhouette", "daviesBouldin", "calinskiHarabasz"]);
    const page = readFileSync(copy.path("pipelines/local/flowers-alone/out/report/index.html"), "utf8");
    const words = page.replace(/<(script|style)[\s\S]*?<\/\1>/g, " ").replace(/<[^>]*>/g, " ");
    expect(words).not.toMatch(/\bclass(es)?\b/i);
  });

  test("predicts for the same rows what the report says", () => {
    const report = columnOf("pipelines/local/flowers/out/report/assignments.csv", "cluster");
    expect(columnOf("answers.csv", "cluster")).toEqual(report);
    expect(existsSync(copy.path("answers.csv.tmp"))).toBe(false);
  });

  const clusters = (): string =>
    columnOf("pipelines/local/flowers/out/report/assignments.csv", "cluster").join(" ");

  test("ONNX Runtime gives the same clusters in Node", async () => {
    const program = copy.path("packages/onnx/tutorial.mjs");
    writeFileSync(program, blocks("js")[0]!);
    const { stdout, stderr } = await run({ cwd: copy.folder })`${process.execPath} ${program}`;
    expect(stdout.trim(), stderr).toBe(clusters());
  });

  test.skipIf(!python)("ONNX Runtime gives the same clusters in Python (needs GUMBEL_PYTHON)", async () => {
    const { stdout, stderr } = await run({ cwd: copy.folder })`${python!} -c ${blocks("python")[0]!}`;
    expect(stdout.trim(), stderr).toBe(clusters());
  });
});
