import { fileURLToPath } from "node:url";
import { pointsOf, readStudy, type StudyFigure } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FigureView } from "../src/figures/figure.js";
import { epochsCsv, shownText, toCsv, toMarkdown } from "../src/output/text.js";
import { StudyWorkspace } from "./workspace.js";

const bin = fileURLToPath(new URL("../bin.mjs", import.meta.url));
const common = { title: "Title <b>&", source: "A figure", published: "It rises." };
const sweep: StudyFigure = {
  kind: "sweep",
  id: "w-g",
  ...common,
  parameter: "model.wG",
  metrics: ["accuracy", "nmi"],
};
const epochs: StudyFigure = {
  kind: "epochs",
  id: "epochs",
  ...common,
  pipelines: ["usps-benchmark", "usps-benchmark-wg-2"],
  metrics: ["accuracy", "nmi"],
};

let workspace: StudyWorkspace;
beforeEach(async () => {
  workspace = new StudyWorkspace();
  workspace.write("studies/benchmark/study.json", {
    title: "A <i>study</i>",
    points: {
      datasets: ["usps"],
      pipeline: { model: { name: "gumbel-vae", wC: 1, wG: 1 } },
      vary: [
        { parameter: "model.wC", values: [1, 3] },
        { parameter: "model.wG", values: [2, 1, 4.5] },
      ],
    },
    figures: [sweep, epochs],
  });
  await workspace.points();
});
afterEach(() => workspace.remove());

const view = async (id: string): Promise<FigureView> =>
  (await workspace.report()).figures.find((figure) => figure.id === id)!;

test("the points of a sweep are named by what differs, and the common one belongs to every sweep", async () => {
  const study = await readStudy(workspace.root, "benchmark");
  const of = (parameter: string) => pointsOf(study, "benchmark", "usps", parameter);
  expect(of("model.wG").map(({ name, value }) => [name, value])).toEqual([
    ["usps-benchmark", 1],
    ["usps-benchmark-wg-2", 2],
    ["usps-benchmark-wg-4.5", 4.5],
  ]);
  expect(of("model.wC").map(({ name }) => name)).toEqual(["usps-benchmark", "usps-benchmark-wc-3"]);
  expect(of("model.wG")[2]!.config).toEqual({
    dataset: "usps",
    model: { name: "gumbel-vae", wC: 1, wG: 4.5 },
  });
  expect(() => of("model.wR")).toThrow("the study does not vary model.wR");
});

describe("a sweep", () => {
  test("without any run draws nothing and says so in every cell", async () => {
    const { plots, table } = await view("w-g");
    expect(plots).toEqual([]);
    expect(table!.rows.map(({ title }) => title)).toEqual(["wG = 1", "wG = 2", "wG = 4.5"]);
    expect(table!.rows.flatMap(({ cells }) => cells.flatMap(({ figures }) => figures))).toEqual([]);
  });

  test("is drawn per metric from runs and records, with a text alternative", async () => {
    await workspace.record("usps-benchmark", { accuracy: [0.2, 0.4] });
    await workspace.finish("usps-benchmark-wg-2", { accuracy: [0.8, 0.8] });
    const { plots, table } = await view("w-g");
    expect(plots.map(({ name }) => name)).toEqual(["w-g-accuracy", "w-g-nmi"]);
    expect(plots[0]!.description).toBe("ACC against wG. USPS: best 0.800 at wG = 2");
    expect(table!.rows.map(({ cells }) => cells[0]!.figures[0]?.mean ?? null)).toEqual([0.3, 0.8, null]);
    expect(table!.rows[0]!.cells[0]!.figures[0]).toMatchObject({ origin: "record", settings: "current" });
    expect(toCsv(await workspace.report())).toContain(
      "w-g,gumbel-vae,model.wG = 2,,usps,accuracy,,,0.8,0,0,2,best,,computed,full,current,",
    );
  });

  test("has no band above an accuracy of one", async () => {
    await workspace.record("usps-benchmark", { accuracy: [0.8, 1, 1] });
    const [row] = (await view("w-g")).plots[0]!.values;
    expect(row).toMatchObject({ mean: expect.closeTo(0.933, 3), low: expect.closeTo(0.818, 3), high: 1 });
  });

  test("has the origin of its figures once, in the heading, if most are the same; the others say theirs", async () => {
    await workspace.finish("usps-benchmark", { accuracy: [0.2] });
    await workspace.finish("usps-benchmark-wg-2", { accuracy: [0.8] });
    const same = toMarkdown(await workspace.report());
    expect(same).toContain("| system | USPS, ACC<br>computed now, full profile |");
    expect(same).toContain("| wG = 2 | 0.800 (1 seed)<sup>¶</sup> |");

    await workspace.record("usps-benchmark-wg-4.5", { accuracy: [0.5] });
    const mixed = toMarkdown(await workspace.report());
    expect(mixed).toContain("| system | USPS, ACC<br>computed now, full profile |");
    expect(mixed).toContain("| wG = 2 | 0.800 (1 seed)<sup>¶</sup> |");
    expect(mixed).toContain("| wG = 4.5 | 0.500 (1 seed)<sup>¶</sup><br>record, full profile |");
  });

  test("shows no record that was changed by hand, and draws the rest", async () => {
    await workspace.record("usps-benchmark", { accuracy: [0.2, 0.4] });
    await workspace.finish("usps-benchmark-wg-2", { accuracy: [0.8] });
    workspace.editRecord("usps-benchmark", (record) => {
      (record.summary as { accuracy: { mean: number } }).accuracy.mean = 0.99;
    });
    const { plots, table } = await view("w-g");
    expect(plots).toHaveLength(2);
    expect(table!.rows[0]!.cells[0]!.problems[0]).toMatch(/expected the mean of the 2 runs/);
  });
});

describe("curves per epoch", () => {
  test("have mean, last and best of each pipeline; unrecorded metrics and pipelines that have not run are named", async () => {
    await workspace.finish("usps-benchmark", { accuracy: [0.5, 0.5], epochs: [0.2, 0.6, 0.5] });
    const { followed, plots, shown } = await view("epochs");
    expect(plots.map(({ description }) => description)).toEqual([
      "ACC per epoch. USPS: 0.500 at epoch 3, best 0.600 at epoch 2",
    ]);
    expect(followed[0]!.epochs[1]).toEqual({ epoch: 2, mean: 0.6, std: 0, n: 2 });
    expect(shown.map(shownText)).toEqual([
      "usps-benchmark: seeds 0, 1; computed now, full profile; departs: wG 1 (4); NMI is not recorded during training",
      "usps-benchmark-wg-2: not run",
    ]);
    const report = await workspace.report();
    expect(epochsCsv(report)).toContain("epochs,usps-benchmark,accuracy,3,0.5,0,2\n");
    expect(toMarkdown(report)).toContain("| USPS, ACC | 0.500 ± 0.000 (2 seeds), epoch 3 | 0.600, epoch 2 |");
  });

  test("have no band below zero or above one for an accuracy", async () => {
    const runs = { accuracy: [0.5, 0.5, 0.5], epochs: [0, 0.4], spread: 0.3 };
    await workspace.finish("usps-benchmark", runs);
    const [first, last] = (await view("epochs")).plots[0]!.values;
    expect(first).toMatchObject({ mean: expect.closeTo(0.3), low: 0, high: expect.closeTo(0.6) });
    expect(last).toMatchObject({ mean: expect.closeTo(0.7), low: expect.closeTo(0.4), high: 1 });
  });

  test("of a record are those of its run, and the record says that it is one", async () => {
    await workspace.finish("usps-benchmark", { accuracy: [0.5, 0.5], epochs: [0.2, 1 / 3, 0.5] });
    const ofRun = await view("epochs");
    await workspace.record("usps-benchmark", { accuracy: [0.5, 0.5], epochs: [0.2, 1 / 3, 0.5] });
    const { followed, plots, shown } = await view("epochs");
    expect(followed).toEqual(ofRun.followed);
    expect(plots).toEqual(ofRun.plots);
    expect(shownText(shown[0]!)).toMatch(/^usps-benchmark: seeds 0, 1; record, full profile; /);
  });

  test("of a shorter profile say their part of the full one's epochs", async () => {
    workspace.write("studies/benchmark/usps/base/pipeline.json", {
      dataset: "usps",
      model: { name: "gumbel-vae" },
      profiles: { quick: { train: { epochs: 12 } }, full: { train: { epochs: 150 } } },
    });
    await workspace.record("usps-benchmark", { accuracy: [0.5], epochs: [0.2], profile: "quick" });
    const { shown } = await view("epochs");
    expect(shownText(shown[0]!)).toContain("record, quick profile, 12 of 150 epochs;");
  });

  test("are missed of a record that was written before there were any, without an error", async () => {
    await workspace.record("usps-benchmark", { accuracy: [0.5], epochs: [0.2, 0.5] });
    workspace.editRecord("usps-benchmark", (record) => {
      for (const run of record.runs as { curves?: unknown }[]) delete run.curves;
    });
    const { shown, plots } = await view("epochs");
    expect(plots).toEqual([]);
    expect(shownText(shown[0]!)).toBe("usps-benchmark: its record was written without what is drawn here");
  });

  test("of a file that was changed by hand are not shown, with the reason", async () => {
    await workspace.finish("usps-benchmark", { accuracy: [0.5], epochs: [0.2, 0.6] });
    workspace.write("artifacts/usps-benchmark/train/seed-0/metrics.jsonl", "");
    const { shown, plots } = await view("epochs");
    expect(plots).toEqual([]);
    expect(shownText(shown[0]!)).toMatch(
      /^usps-benchmark: a file is not what its stage wrote: .*metrics\.jsonl$/,
    );
  });
});

test("curves of many systems are named by system, without bands, and an error of zero is not drawn on their logarithm", async () => {
  const systems = ["ladder", "cat-gan", "improved-gan", "adgm", "m2"];
  const pipelines = systems.map((name) =>
    workspace.alone(`usps-${name}`, {
      ...{ dataset: "usps", model: name, labels: { count: 100 }, train: { split: "train" } },
    }),
  );
  workspace.write("studies/benchmark/study.json", {
    title: "A study",
    figures: [{ ...epochs, pipelines, metrics: ["testError"] }],
  });
  for (const pipeline of pipelines)
    await workspace.finish(pipeline, { testError: [25, 25], epochs: [0.5, 1, 0.75] });
  const [plot] = (await view("epochs")).plots;
  expect(plot!.description).toMatch(
    /^test error per epoch\. Ladder: 25\.0 at epoch 3, best 0\.00 at epoch 2; CatGAN: 25\.0 /,
  );
  const ofOne = plot!.values.filter(({ title }) => title === "M2");
  expect(ofOne).toEqual([
    { epoch: 1, mean: 50, title: "M2" },
    { epoch: 3, mean: 25, title: "M2" },
  ]);
  expect(plot!.readings!.lines.map(({ label }) => label)).toEqual([
    "Ladder",
    "CatGAN",
    "Improved GAN",
    "ADGM",
    "M2",
  ]);
});

test("a term of the loss is shown too, and neither its highest nor its lowest is called the best", async () => {
  workspace.write("studies/benchmark/study.json", {
    title: "A study",
    figures: [{ ...epochs, pipelines: ["usps-benchmark"], metrics: ["assignment", "loss", "elsewhere"] }],
  });
  await workspace.finish("usps-benchmark", { accuracy: [0.5], epochs: [0.8, 0.4] });
  const { plots, shown } = await view("epochs");
  expect(plots.map(({ description }) => description)).toEqual([
    "Loss: assignment per epoch. USPS: 0.100 at epoch 2",
    "Total loss per epoch. USPS: 1.00 at epoch 2, best 1.00 at epoch 1",
  ]);
  expect(shown[0]!.problems).toEqual(["Loss: elsewhere is not recorded during training"]);
  expect(toMarkdown(await workspace.report())).toContain(
    "| USPS, Loss: assignment | 0.100 (1 seed), epoch 2 |  |",
  );
});

describe("a study of a partly labelled pipeline", () => {
  const labelled = {
    title: "A study",
    points: {
      datasets: ["usps"],
      pipeline: {
        model: { name: "auxiliary-clustering", wA: 1, temperature: { start: 1 } },
        labels: { count: 20 },
      },
      vary: [
        { parameter: "model.wA", values: [0, 1, 5] },
        { parameter: "model.temperature.start", name: "tau", values: [0.5, 1] },
      ],
    },
    figures: [
      { kind: "probabilities", id: "sure", ...common, parameter: "model.wA", values: [1, 5] },
      {
        kind: "sweep",
        id: "tau",
        ...common,
        parameter: "model.temperature.start",
        metrics: ["testError"],
      },
    ],
  };
  beforeEach(async () => {
    workspace.write("studies/benchmark/study.json", labelled);
    await workspace.points();
  });

  test("shows runs with its labels, under the name that a parameter is given", async () => {
    await workspace.finish("usps-benchmark", { accuracy: [0.9, 0.9], testError: [3, 5] });
    await workspace.finish("usps-benchmark-tau-0.5", { accuracy: [0.9], testError: [6] });
    const { plots, table } = await view("tau");
    expect(plots[0]!.description).toBe("test error against tau. USPS: best 4.00 at tau = 1");
    expect(
      table!.rows.map(({ title, labels, cells }) => [title, labels, cells[0]!.figures[0]!.mean]),
    ).toEqual([
      ["tau = 0.5", 20, 6],
      ["tau = 1", 20, 4],
    ]);
  });

  test("draws a histogram of q(c | x) for each of the values, and names those that have not run", async () => {
    await workspace.finish("usps-benchmark", { accuracy: [0.5], certainty: [1, 0.95, 0.7, 0.8] });
    const { plots, shown } = await view("sure");
    expect(plots.map(({ name, description }) => [name, description])).toEqual([
      [
        "sure-usps-benchmark",
        "Histogram of q(c | x), wA = 1: 4 examples, 2 of them at 0.9 or above, 2 in a cluster of another class",
      ],
    ]);
    expect(shown.map(shownText)).toEqual([
      "usps-benchmark: seed 0; computed now, full profile; departs: wA 1 (10)",
      "usps-benchmark-wa-5: not run",
    ]);
  });
});

test("the page holds every figure, escapes names, needs no network; plots are beside it and in the manifest", async () => {
  await workspace.finish("usps-benchmark", { accuracy: [0.5, 0.5], epochs: [0.2, 0.6, 0.5] });
  const { exitCode, stdout, stderr } = await run({ cwd: workspace.folder })`${process.execPath} ${bin}`;
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain("2 of 6 cells have a figure, 1 of 2 pictures");
  const folder = "artifacts/benchmark/reproduce";
  const page = workspace.read(`${folder}/index.html`);
  expect(page).toContain("Title &lt;b>&amp;");
  expect(page).not.toContain("<b>&");
  expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
  expect(page.replace(/<script.*?<\/script>/gs, "")).not.toMatch(/undefined|NaN|\[object/);
  const { files } = JSON.parse(workspace.read(`${folder}/manifest.json`)) as { files: { name: string }[] };
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["epochs.csv", "plots/epochs-accuracy.png", "plots/w-g-nmi.svg", "study.tex"]),
  );
});
