import { rmSync } from "node:fs";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { departuresText } from "@gumbel/config";
import { describeMetric, type MetricDescription } from "@gumbel/metrics";
import { readFinishedRun, readRecord } from "@gumbel/records";
import { recordStudies } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { escapeLatex, toLatex } from "../src/output/latex.js";
import { emptyText, figureText, originText, publishedText, toCsv, toMarkdown } from "../src/output/text.js";
import type { Cell } from "../src/tables/table.js";
import { StudyWorkspace } from "./workspace.js";

const accuracy = describeMetric("accuracy");
const bin = fileURLToPath(new URL("../bin.mjs", import.meta.url));

let workspace: StudyWorkspace;
beforeEach(() => {
  workspace = new StudyWorkspace();
});
afterEach(() => workspace.remove());

const theirs = ({ published }: Cell, metric: MetricDescription): string[] =>
  published ? [publishedText(published, metric)] : [];

/** Text of the one cell that a test is about. */
async function said(dataset = "usps", system = "kmeans"): Promise<string[]> {
  const cell = await workspace.cell(dataset, system);
  const figures = cell.figures.map((each) => `${figureText(each, accuracy)}: ${originText(each)}`);
  return [...(figures.length > 0 ? figures : [emptyText(cell)]), ...theirs(cell, accuracy)];
}

describe("a cell", () => {
  test("of a member that has not run says so, and keeps the published figure", async () => {
    workspace.member("usps", "kmeans");
    expect(await said()).toEqual(["not run", "published 0.668"]);
  });

  test("of a system that is not implemented says so too", async () => {
    expect(await said("usps", "not-yet-there")).toEqual(["not run"]);
  });

  test("holds mean, standard deviation, seeds and the difference from the published figure", async () => {
    await workspace.finish(workspace.member("usps", "kmeans"));
    expect(await said()).toEqual(["0.800 ± 0.100 (3 seeds): computed now, full profile", "published 0.668"]);
    const [shown] = (await workspace.cell("usps", "kmeans")).figures;
    expect(shown).toMatchObject({ mean: 0.8, seeds: [0, 1, 2] });
    // Slide 86: 66.82 %.
    expect(shown!.difference).toBeCloseTo(0.8 - 0.6682, 12);
  });

  test("has no difference if nothing is published", async () => {
    await workspace.finish(workspace.member("usps", "kmeans"));
    const cell = await workspace.cell("usps", "kmeans", "nmi");
    expect(cell).toMatchObject({ published: null, figures: [{ mean: 0.4, difference: null }] });
  });

  test("shows a record as one if nothing has run", async () => {
    await workspace.record(workspace.member("usps", "kmeans"));
    expect((await said())[0]).toBe("0.800 ± 0.100 (3 seeds): record, full profile");
  });

  test("calls a quick figure quick, and shows the full profile first, though that is a record", async () => {
    const name = workspace.member("usps", "kmeans");
    await workspace.record(name);
    await workspace.finish(name, { profile: "quick", accuracy: [0.95], date: "2026-03-01T00:00:00.000Z" });
    expect(await said()).toEqual([
      "0.800 ± 0.100 (3 seeds): record, full profile",
      "0.950 (1 seed): computed now, quick profile",
      "published 0.668",
    ]);
  });

  test("shows what was computed now before a record of the same schedule", async () => {
    const name = workspace.member("usps", "kmeans");
    await workspace.record(name);
    await workspace.finish(name, { accuracy: [0.6, 0.6], date: "2026-03-01T00:00:00.000Z" });
    expect((await said()).slice(0, 2)).toEqual([
      "0.600 ± 0.000 (2 seeds): computed now, full profile",
      "0.800 ± 0.100 (3 seeds): record, full profile",
    ]);
  });

  test("says how many examples a limited run used", async () => {
    await workspace.finish(workspace.member("usps", "kmeans", { ingest: { limit: 20 } }));
    expect((await said())[0]).toMatch(/computed now, full profile, only 20 examples$/);
  });

  test("marks a record as of other settings if its pipeline.json has changed", async () => {
    await workspace.record(workspace.member("usps", "kmeans"));
    workspace.member("usps", "kmeans", { report: { title: "Another heading" } });
    expect((await said())[0]).toMatch(/record, full profile$/);
    workspace.member("usps", "kmeans", { model: { name: "kmeans", restarts: 3 } });
    expect((await said())[0]).toMatch(/record, full profile, made with other settings$/);
  });

  test("takes an option that its system did not have yet for its default", async () => {
    const name = workspace.member("usps", "kmeans");
    await workspace.record(name);
    // As a record that was written before there were restarts.
    workspace.editRecord(name, ({ config, settings }) => {
      delete (settings as { options: { restarts?: number } }).options.restarts;
      (config as Record<string, string>)[`${name}/train`] = "0".repeat(64);
    });
    expect((await said())[0]).toMatch(/record, full profile$/);
    workspace.member("usps", "kmeans", { model: { name: "kmeans", restarts: 3 } });
    expect((await said())[0]).toMatch(/made with other settings$/);
  });

  test("marks a record as of other settings if the pipeline that it starts from has changed", async () => {
    const source = workspace.member("usps", "ae-kmeans");
    await workspace.finish(source);
    await workspace.record(workspace.member("usps", "gumbel-vae", { train: { pretrainedFrom: source } }));
    expect((await said("usps", "gumbel-vae"))[0]).toMatch(/record, full profile$/);
    workspace.member("usps", "ae-kmeans", { train: { epochs: 7 } });
    expect((await said("usps", "gumbel-vae"))[0]).toMatch(/made with other settings$/);
  });
});

test("a limit above the number of examples is none", async () => {
  await workspace.finish(workspace.member("usps", "kmeans", { ingest: { limit: 500 } }));
  expect((await said())[0]).toMatch(/computed now, full profile$/);
});

describe("what does not belong in a cell", () => {
  test("a figure from reuters-21578 is never in a REUTERS-10K column", async () => {
    await workspace.finish(workspace.member("reuters-10k", "kmeans"), { dataset: "reuters-21578" });
    expect(await said("reuters-10k")).toEqual([
      "not run: its run is of kmeans on reuters-21578",
      "published 0.516",
    ]);
    await workspace.finish(workspace.member("reuters-21578", "kmeans"));
    // In its own column, and beside no published figure.
    expect(await said("reuters-21578")).toEqual(["0.800 ± 0.100 (3 seeds): computed now, full profile"]);
    expect((await workspace.cell("reuters-10k", "kmeans")).figures).toEqual([]);
  });

  test("a run of another system, and one that has seen labels", async () => {
    await workspace.finish(workspace.member("usps", "kmeans"), { model: "gmm" });
    expect((await said())[0]).toBe("not run: its run is of gmm on usps");
    await workspace.finish(workspace.member("usps", "kmeans", { labels: { count: 100 } }));
    expect((await said())[0]).toBe("not run: its run is of kmeans on usps with 100 labels");
  });

  test("a run whose stages are of different plans", async () => {
    const name = workspace.member("usps", "kmeans");
    await workspace.finish(name);
    workspace.member("usps", "kmeans", { model: { name: "kmeans", restarts: 3 } });
    await workspace.plan(name, "full");
    expect((await said())[0]).toBe(`not run: the train stage is older than ${name}/plan/train.json`);
  });

  test("a run that lacks a stage, or whose evaluation was changed by hand", async () => {
    const name = workspace.member("usps", "kmeans");
    await workspace.finish(name);
    rmSync(workspace.path(`artifacts/${name}/extract`), { recursive: true });
    expect((await said())[0]).toMatch(/^not run: a file is missing/);
    await workspace.finish(name);
    const file = `artifacts/${name}/evaluate/evaluation.json`;
    workspace.write(file, workspace.read(file).replaceAll("0.9", "0.99"));
    expect((await said())[0]).toMatch(/^not run: a file is not what its stage wrote/);
  });

  test.each([
    {
      what: "whose mean is not that of its runs",
      edit: (record: Record<string, unknown>) => {
        (record.summary as { accuracy: { mean: number } }).accuracy.mean = 0.99;
      },
      message: /summary\.accuracy: expected the mean of the 3 runs/,
    },
    {
      what: "without its machine",
      edit: (record: Record<string, unknown>) => {
        delete (record.made as { machine?: object }[])[0]!.machine;
      },
      message: /machine/,
    },
    {
      what: "of another pipeline",
      edit: (record: Record<string, unknown>) => {
        record.pipeline = "usps-dec";
      },
      message: /the record is that of usps-dec/,
    },
  ])("a record $what", async ({ edit, message }) => {
    const name = workspace.member("usps", "kmeans");
    await workspace.record(name);
    workspace.editRecord(name, edit);
    expect((await said())[0]).toMatch(message);
    expect((await workspace.cell("usps", "kmeans")).figures).toEqual([]);
  });
});

test("a record has the figures of the finished run, with its settings and code", async () => {
  const name = workspace.member("usps", "kmeans");
  await workspace.finish(name);
  const run = await readFinishedRun(workspace.root, name);
  expect(run).toMatchObject({
    pipeline: name,
    profile: "full",
    limit: null,
    data: { examples: 20 },
    runs: [
      { seed: 0, epochs: 5, loss: 0, figures: { accuracy: 0.7, nmi: 0.35, ari: null, "knn@3": 5 } },
      { seed: 1 },
      { seed: 2 },
    ],
    made: [
      {
        seeds: [0, 1, 2],
        versions: { "@gumbel/ingest": "0.1.0", "@gumbel/evaluate": "0.1.0" },
        machine: { cpu: "A processor", cores: 2, memoryBytes: 8e9 },
        seconds: { ingest: 60, train: 60, extract: 60, evaluate: 60 },
      },
    ],
  });
  expect(Object.keys(run!.config)).toEqual([`${name}/ingest`, `${name}/train`, `${name}/evaluate`]);
  await workspace.record(name);
  expect(await readRecord(workspace.root, "benchmark", name)).toEqual(run);
  expect(await readFinishedRun(workspace.root, name)).toBeUndefined();
});

describe("the study's report", () => {
  test("is one page, JSON, CSV and Markdown that say the same, whatever has run", async () => {
    await workspace.record(workspace.member("usps", "kmeans"));
    const other = workspace.member("usps", "ae-kmeans", { profiles: { quick: { train: { epochs: 10 } } } });
    await workspace.finish(other, { profile: "quick", accuracy: [0.5] });
    const { exitCode, stdout, stderr } = await run({ cwd: workspace.folder })`${process.execPath} ${bin}`;
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("4 of 24 cells have a figure");

    const folder = "artifacts/benchmark/reproduce";
    const page = workspace.read(`${folder}/index.html`);
    expect(page.replace(/<[^>]*>/g, "|").replace(/\|+/g, "|")).toContain(
      "|0.800 ± 0.100|80.00 ± 10.00|95 % [0.552, 1.048]|95 % [55.16, 104.84]|3 seeds, record, full profile|published 0.668 |published 66.82 |+0.132|+13.18|",
    );
    expect(page).toContain("computed now, quick profile");
    // A difference is coloured only beside a run as published: the quick one has fewer epochs.
    expect(page.match(/<em/g)).toHaveLength(1);
    expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
    for (const told of [workspace.root, homedir()]) expect(page).not.toContain(`${told}/`);

    const report = await workspace.report();
    expect(JSON.parse(workspace.read(`${folder}/study.json`))).toEqual(report);
    expect(workspace.read(`${folder}/study.csv`)).toBe(toCsv(report));
    expect(workspace.read(`${folder}/study.md`)).toBe(toMarkdown(report));
    expect(workspace.read(`${folder}/study.tex`)).toBe(toLatex(report));
    expect(toCsv(report).split("\n")).toContain(
      "unsupervised,gumbel-vae,,,usps,accuracy,0.7258,0.03,,,,,,,,,,,,,,not run",
    );
    expect(
      toCsv(report)
        .split("\n")
        .filter((line) => line.includes("quick")),
    ).toHaveLength(2);
    expect(toMarkdown(report)).toContain(
      "| 0.800 ± 0.100 (3 seeds)<br>95 % \\[0.552, 1.048\\]<br>record, full profile<br>published 0.668, difference +0.132 |",
    );
  });

  test("names the wrong field of a study.json", async () => {
    workspace.write("studies/benchmark/study.json", { title: "A study", tables: [{ id: "A table" }] });
    const { exitCode, stderr } = await run({ cwd: workspace.folder })`${process.execPath} ${bin}`;
    expect(exitCode).toBe(1);
    expect(stderr).toContain("tables[0].id: expected small letters");
  });
});

/** The study's page. */
async function pageNow(): Promise<string> {
  const { exitCode, stderr } = await run({ cwd: workspace.folder })`${process.execPath} ${bin}`;
  expect(exitCode, stderr).toBe(0);
  return workspace.read("artifacts/benchmark/reproduce/index.html");
}

describe("the best of a column", () => {
  const record = (system: string, found: Parameters<StudyWorkspace["record"]>[1], changes?: object) =>
    workspace.record(workspace.member("usps", system, changes), found);
  const standings = async () =>
    (await workspace.tables())[0]!.rows.map(({ cells }) => cells[0]!.figures[0]?.standing ?? null);

  test("is bold, and those that differ from it by no more than chance over the seeds are marked", async () => {
    await record("kmeans", { accuracy: [0.7, 0.71, 0.7] });
    // The means differ as much, but one pair of seeds lies the other way.
    await record("ae-kmeans", { accuracy: [0.93, 0.6, 0.9] });
    await record("gumbel-vae", { accuracy: [0.9, 0.91, 0.9] });
    expect(await standings()).toEqual([null, "close", "best", null]);
    expect(toCsv(await workspace.report())).toMatch(/^unsupervised,gumbel-vae,,,usps,accuracy,.*,3,best,/m);
  });

  test("is none of quick runs, of single seeds, or of a single system", async () => {
    await record("gumbel-vae", { accuracy: [0.9, 0.91] });
    await record("kmeans", { accuracy: [0.7] });
    await record("ae-kmeans", { accuracy: [0.8, 0.85], profile: "quick" }, { profiles: { quick: {} } });
    expect(await standings()).toEqual([null, null, null, null]);
    expect(toMarkdown(await workspace.report())).not.toContain("Bold");
  });
});

describe("a run that departs from the published method", () => {
  const start = { model: { name: "gumbel-vae", autoencoderStart: { epochs: 6 } }, train: { epochs: 12 } };
  const line = "departs: + autoencoderStart, epochs 12 (100)";
  const source =
    "defaults of the system, from its paper or published code if an option does not say otherwise";
  const reached = "✓ better than the published figure, or worse by no more than its standard deviation";
  const meaning = `${reached}; ¶ other settings than the published ones; n/m n of the m published epochs`;

  test("carries marks in its cell, and a line under the table says what they mean: on the page, in Markdown and LaTeX", async () => {
    await workspace.record(workspace.member("usps", "gumbel-vae", start));
    await workspace.record(workspace.member("usps", "kmeans"));
    const report = await workspace.report();

    const page = await pageNow();
    expect(page).toContain(`<sup title="${line}">≈ ✓ ¶ 12/100</sup>`);
    expect(page).toContain(`<p class="note marks">${meaning}.</p>`);
    // Only k-means, which is as published, has a coloured difference.
    expect([...page.matchAll(/<em class="[a-z]*">/g)].map(([text]) => text)).toEqual(['<em class="good">']);
    // The figure opens what its run was.
    expect(page).toContain('popovertarget="usps-gumbel-vae-record"');
    expect(page.replace(/<[^>]*>/g, "|").replace(/\|+/g, "|")).toContain(
      `|usps-gumbel-vae|record, full profile|beside the published|${line}|settings from|${source}; those that differ were chosen without labels|time|4 min 00 s|`,
    );
    // Each option says what it is, and where its default comes from.
    expect(page).toMatch(/<th scope="row">wG<\/th><td><code>4<\/code><div class="note">[^<]*L_G/);

    const markdown = toMarkdown(report);
    expect(markdown).toContain(
      "0.800 ± 0.100 (3 seeds)<sup>≈ ✓ ¶ 12/100</sup><br>95 % \\[0.552, 1.048\\]<br>published 0.726",
    );
    expect(markdown).toContain(`\n\n${meaning}. Bold: the best mean of a column; ≈`);
    expect(markdown).toContain("| **0.800 ± 0.100 (3 seeds)**<br>95 % \\[0.552, 1.048\\]<br>published 0.668");

    const tex = toLatex(report);
    expect(tex).toContain(
      "0.800 $\\pm$ 0.100 (3)\\textsuperscript{$\\approx$ $\\surd$ \\P{} 12/100 r} & 0.726",
    );
    expect(tex).toContain(`\\par{\\footnotesize ${escapeLatex(meaning)}. Bold:`);
    // A table of another data set has no such line.
    expect(tex.match(/\\footnotesize/g)).toHaveLength(1);

    expect(toCsv(report)).toContain(`"${line}"`);
    expect(toCsv(report)).toContain(",as published,");
  });

  test("has its departures in its record, and keeps them when pipeline.json says something else", async () => {
    await workspace.record(workspace.member("usps", "gumbel-vae", start));
    workspace.member("usps", "gumbel-vae");
    const { figures } = await workspace.cell("usps", "gumbel-vae");
    expect(departuresText(figures[0]!)).toBe(line);
    expect(figures[0]).toMatchObject({ settings: "other", variantOf: null });
    expect(await readRecord(workspace.root, "benchmark", "usps-gumbel-vae")).toMatchObject({
      settings: { options: { zSize: 64, autoencoderStart: { epochs: 6 } }, epochs: 12, batchSize: 128 },
    });
  });

  test("shows the epochs of the weights that it starts from, their time, and what was chosen by labels", async () => {
    const study = JSON.parse(workspace.read("studies/benchmark/study.json")) as object;
    const works = [{ text: "A thesis", link: "https://example.org/thesis.pdf" }];
    workspace.write("studies/benchmark/study.json", {
      ...study,
      works,
      chosenByLabels: ["usps-gumbel-vae"],
    });
    const source = workspace.member("usps", "ae-kmeans", { train: { epochs: 50 } });
    await workspace.finish(source);
    await workspace.finish(workspace.member("usps", "gumbel-vae", { train: { pretrainedFrom: source } }));
    const page = await pageNow();
    expect(page).toContain(">≈ § ‖ 50/300</sup>");
    expect(page).toContain("with usps-ae-kmeans, whose weights it starts from, 8 min 00 s");
    expect(page).toContain('<a href="https://example.org/thesis.pdf">A thesis</a>');
    expect(toMarkdown(await workspace.report())).toContain(
      "Published in: [A thesis](https://example.org/thesis.pdf).",
    );
  });

  test("does not depart by a limit above the number of examples", async () => {
    await workspace.finish(workspace.member("usps", "kmeans", { ingest: { limit: 500 } }));
    expect((await workspace.cell("usps", "kmeans")).figures[0]!.departures).toEqual([]);
    await workspace.finish(workspace.member("usps", "kmeans", { ingest: { limit: 20 } }));
    expect(departuresText((await workspace.cell("usps", "kmeans")).figures[0]!)).toBe(
      "departs: + ingest.limit 20",
    );
  });
});

describe("a variant", () => {
  const variant = "gumbel-vae-self-trained";
  const rows = ["gumbel-vae", { system: variant, labels: null }];
  beforeEach(() => {
    const study = JSON.parse(workspace.read("studies/benchmark/study.json")) as { tables: object[] };
    study.tables = [{ ...study.tables[0], datasets: ["usps"], rows }];
    workspace.write("studies/benchmark/study.json", study);
  });

  test("has a row of its own, with the published figure beside it and no coloured difference", async () => {
    await workspace.record(workspace.member("usps", variant));
    const [published, own] = (await workspace.tables())[0]!.rows;
    expect(published!.cells[0]).toMatchObject({ published: { value: 0.7258 }, figures: [] });
    expect(own!.title).toBe("Gumbel-softmax VAE, self-trained");
    expect(own!.cells[0]).toMatchObject({
      published: { value: 0.7258 },
      figures: [{ mean: 0.8, variantOf: "gumbel-vae" }],
    });
    expect(await pageNow()).not.toContain("<em");
  });

  test("is never shown in the row of the published method", async () => {
    await workspace.finish(workspace.member("usps", "gumbel-vae", { model: variant }));
    expect((await said("usps", "gumbel-vae"))[0]).toBe(`not run: its run is of ${variant} on usps`);
    await workspace.record(workspace.member("usps", "gumbel-vae", { model: variant }));
    expect((await said("usps", "gumbel-vae"))[0]).toBe(`not run: its record is of ${variant} on usps`);
  });
});

test("a record made with earlier code says so and is not held against the published figure", async () => {
  const name = workspace.member("usps", "kmeans");
  await workspace.record(name);
  workspace.editRecord(name, (record) => {
    record.madeWith = "before phases";
  });
  expect((await said())[0]).toMatch(/record, full profile, made with earlier code$/);
  const report = await workspace.report();
  expect(await pageNow()).not.toContain("<em");
  expect(toLatex(report)).toContain("\\textsuperscript{e} made with earlier code");
});

describe("a row that is published only", () => {
  beforeEach(() => {
    workspace.write("studies/benchmark/study.json", {
      title: "A study",
      tables: [
        {
          id: "errors",
          title: "Test error",
          source: "Classification: MNIST Performance (slide 52)",
          datasets: ["mnist"],
          metrics: ["testError"],
          labels: 100,
          rows: [
            { published: "swwae", title: "SWWAE" },
            { system: "auxiliary-clustering", labels: 100, pipelines: { mnist: "mnist-few" } },
          ],
        },
      ],
    });
  });

  test("has the published figure and needs no run", async () => {
    const [row, ours] = (await workspace.tables())[0]!.rows;
    const error = describeMetric("testError");
    expect(row).toMatchObject({ title: "SWWAE", labels: 100, cells: [{ publishedOnly: true, figures: [] }] });
    expect(emptyText(row!.cells[0]!)).toBe("published only");
    expect(theirs(row!.cells[0]!, error)).toEqual(["published 8.71 % ± 0.34"]);
    expect(emptyText(ours!.cells[0]!)).toBe("not run");
    expect(theirs(ours!.cells[0]!, error)).toEqual(["published 1.65 % ± 0.10"]);
  });
});

describe("a row of a pipeline with a report of its own", () => {
  const error = describeMetric("testError");
  const few = (count: number) => ({
    dataset: "mnist",
    model: "auxiliary-clustering",
    labels: { count },
    train: { split: "train", seeds: 3 },
  });
  const cell = async () => (await workspace.tables())[0]!.rows[0]!.cells[0]!;
  beforeEach(() => {
    workspace.write("studies/benchmark/study.json", {
      title: "A study",
      tables: [
        {
          id: "errors",
          title: "Test error",
          source: "Classification: MNIST Performance (slide 52)",
          datasets: ["mnist"],
          metrics: ["testError"],
          labels: 100,
          bayesian: ["auxiliary-clustering"],
          rows: [{ system: "auxiliary-clustering", labels: 100, pipelines: { mnist: "mnist-few" } }],
        },
      ],
    });
  });

  test("shows its run, and then its record, over the draws of labels", async () => {
    const name = workspace.alone("mnist-few", few(100));
    await workspace.record(name, { testError: [2, 1.5, 1.72] });
    const { figures, published } = await cell();
    expect(figures.map((each) => `${figureText(each, error)}: ${originText(each)}`)).toEqual([
      "1.74 % ± 0.25 (3 seeds): record, full profile",
    ]);
    expect(published).toMatchObject({ value: 1.65, std: 0.1 });
    expect(figures[0]!.difference).toBeCloseTo(0.09, 12);
    // Less than one standard deviation, 0.1, above the published 1.65.
    expect(figures[0]!.reached).toBe(true);
    await workspace.record(name, { testError: [2, 1.6, 1.68] });
    expect((await cell()).figures[0]!.reached).toBe(false);
    expect((await workspace.tables())[0]!.rows[0]!.title).toBe("Clustering with auxiliary tasks (Bayesian)");
    expect(await recordStudies(workspace.root)).toEqual(new Map([["mnist-few", "benchmark"]]));
  });

  test("has of several runs that of the lowest loss, if it asks for it, and says what differs from other rows", async () => {
    const name = workspace.alone("mnist-few", few(100));
    workspace.write("studies/benchmark/study.json", {
      title: "A study",
      tables: [
        {
          id: "errors",
          title: "Test error",
          source: "none",
          datasets: ["mnist"],
          metrics: ["testError"],
          labels: 100,
          rows: [
            { system: "auxiliary-clustering", labels: 100, pipelines: { mnist: name }, lowestLoss: true },
            { system: "auxiliary-clustering", labels: 100, pipelines: { mnist: name }, title: "κ = 1" },
          ],
        },
      ],
    });
    // The loss of seed s is s.
    await workspace.record(name, { testError: [3, 1, 2] });
    const [chosen, all] = (await workspace.tables())[0]!.rows;
    expect(chosen!.title).toBe("Clustering with auxiliary tasks, the run of the lowest loss");
    expect(chosen!.cells[0]!.figures[0]).toMatchObject({
      mean: 3,
      std: null,
      seeds: [0],
      values: [{ seed: 0 }],
    });
    expect(all!.title).toBe("Clustering with auxiliary tasks, κ = 1");
    expect(all!.cells[0]!.figures[0]).toMatchObject({ mean: 2, seeds: [0, 1, 2] });
    workspace.editRecord(name, (record) => {
      for (const run of record.runs as { loss: number | null }[]) run.loss = null;
    });
    expect(emptyText((await workspace.tables())[0]!.rows[0]!.cells[0]!)).toBe(
      "not run: its runs have no loss",
    );
  });

  test("shows no run that has seen another number of labels", async () => {
    await workspace.finish(workspace.alone("mnist-few", few(50)), { testError: [2] });
    expect(emptyText(await cell())).toBe(
      "not run: its run is of auxiliary-clustering on mnist with 50 labels",
    );
  });
});

describe("LaTeX", () => {
  test("escapes LaTeX's special characters", () => {
    expect(escapeLatex("50 % & #1_a {b} $c$ \\d ~e ^f <g> | 2 ± 1 → “x”")).toBe(
      "50 \\% \\& \\#1\\_a \\{b\\} \\$c\\$ \\textbackslash{}d \\textasciitilde{}e \\textasciicircum{}f \\textless{}g\\textgreater{} \\textbar{} 2 $\\pm$ 1 $\\to$ “x”",
    );
  });

  test("has a table for each data set, with seeds, difference and the origin of the figure", async () => {
    await workspace.record(workspace.member("usps", "kmeans"));
    const tex = toLatex(await workspace.report());
    expect(tex.match(/\\begin\{table\}/g)).toHaveLength(3);
    expect(tex).toContain("k-means & 0.800 $\\pm$ 0.100 (3)\\textsuperscript{r} & 0.668 & $+$0.132 & ");
    expect(tex).toContain("\\textsuperscript{r} record of an earlier run.");
    const open = tex.match(/\\begin\{/g)!.length;
    expect(tex.match(/\\end\{/g)).toHaveLength(open);
  });
});
