/** The file of a sweep, and the page of cells that have run, failed or wait. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { describeFigure, readSweep } from "../src/sweep/file.js";
import { sweepPage } from "../src/sweep/page.js";
import { effectPlot } from "../src/sweep/plots.js";
import { type CellResult, type SweepResult, sweepResultSchema } from "../src/sweep/results.js";
import { writeSweep } from "../src/sweep/write.js";

const root = mkdtempSync(join(tmpdir(), "gumbel-sweep-"));
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

function write(path: string, contents: unknown): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof contents === "string" ? contents : JSON.stringify(contents));
  return join(root, path);
}
write("pnpm-workspace.yaml", "packages: []\n");
write("pipelines/local/mine/package.json", { name: "@pipelines/mine" });
write("pipelines/local/mine/pipeline.json", {
  dataset: { name: "file", path: "../../../data.csv" },
  model: { name: "gumbel-vae", wG: 3 },
  seed: 5,
  profiles: { quick: { model: { wG: 2 }, train: { epochs: 4 } }, full: {} },
});
const read = (contents: object, name = "rates") => readSweep(root, write(`${name}.json`, contents));
const grid = { "train.learningRate": [0.001, 0.01], "model.wG": [1, 2, 4] };

describe("the file of a sweep", () => {
  test("makes a cell of every combination, whose settings hold in every profile", async () => {
    const { cells, fields } = await read({ pipeline: "mine", vary: grid, seeds: 2 });
    expect(fields).toEqual(["train.learningRate", "model.wG"]);
    expect(cells).toHaveLength(6);
    const { settings, config, seeds, folder } = cells[5]!;
    expect(settings.map(({ value }) => value)).toEqual([0.01, 4]);
    expect(seeds).toEqual([5, 6]);
    expect(folder).toMatch(/^studies\/local\/rates\/[0-9a-f]{8}$/);
    expect(config).toMatchObject({
      // Both count from the folder of their pipeline.
      dataset: { name: "file", path: "../../../../data.csv" },
      model: { name: "gumbel-vae", wG: 4 },
      train: { learningRate: 0.01, seeds: 2 },
      profiles: { quick: { model: { wG: 4 }, train: { epochs: 4 } } },
    });
  });

  test("gives a cell the same name whatever stands beside it", async () => {
    const names = async (vary: object) =>
      (await read({ pipeline: "mine", vary })).cells.map(({ name }) => name);
    const few = await names(grid);
    const more = await names({ "model.wG": [9, 4, 2, 1], "train.learningRate": [0.01, 0.001] });
    expect(more).toHaveLength(8);
    expect(more).toEqual(expect.arrayContaining(few));
  });

  test("draws from ranges and lists, and more draws only add cells", async () => {
    const vary = {
      "train.learningRate": { from: 1e-4, to: 1, scale: "log" },
      "model.zSize": { from: 2, to: 64, whole: true },
      "model.wG": [1, 4],
    };
    const draw = async (draws: number) => (await read({ pipeline: "mine", vary, draws })).cells;
    const cells = await draw(200);
    expect(cells).toHaveLength(200);
    expect(cells.slice(0, 20)).toEqual(await draw(20));
    const rates = cells.map(({ settings }) => settings[0]!.value as number);
    // A quarter of the draws of each decade.
    expect(rates.filter((rate) => rate < 0.01).length / 200).toBeCloseTo(0.5, 1);
    for (const { settings } of cells) expect(Number.isInteger(settings[1]!.value)).toBe(true);
  });

  test.each([
    [{ "train.epoch": [3] }, /train.epoch=3.*train: Unrecognized key: "epoch"/s],
    [{ "train.learningRate": [0.1, -1] }, /train.learningRate=-1.*train.learningRate: Too small/s],
    [{ "model.wG": ["much"] }, /model.wG="much".*model.wG: Invalid input/s],
    [{ "train.seeds": [1, 2] }, /vary.train.seeds: the number of runs is the field "seeds"/],
    [{ "model.wG": { from: 1, to: 2 } }, /vary.model.wG: a range is drawn from: "draws"/],
    [{ "model.wG": 3 }, /vary.model.wG: expected a list of values/],
  ])("names the field that is wrong: %j", async (vary, message) => {
    await expect(read({ pipeline: "mine", vary })).rejects.toThrow(message);
  });

  test("names a pipeline that there is not, and refuses a name that is taken and GUMBEL_SET", async () => {
    await expect(read({ pipeline: "yours" })).rejects.toThrow('there is no pipeline "yours"');
    await expect(read({ pipeline: "mine" }, "mine")).rejects.toThrow('a pipeline is named "mine"');
    await expect(read({ pipeline: "mine", criterion: "beauty" })).rejects.toThrow('compared by "beauty"');
    vi.stubEnv("GUMBEL_SET", "train.epochs=3");
    await expect(read({ pipeline: "mine" })).rejects.toThrow("GUMBEL_SET does not go with a sweep");
  });
});

const values: Record<string, unknown[]> = {
  "train.learningRate": [0.001, 0.01, 0.1],
  "model.wG": [1, 4],
  "model.network": ["dense", "conv"],
};

/** Every combination of some fields; the last cell has failed, the one before waits, and the best is the first. */
function resultOf(fields: string[], criterion = "silhouette"): SweepResult {
  const combinations = fields.reduce<object[]>(
    (cells, field) => cells.flatMap((cell) => values[field]!.map((value) => ({ ...cell, [field]: value }))),
    [{}],
  );
  const cells = combinations.map((settings, i): CellResult => {
    const left = combinations.length - 1 - i;
    const figures = { [criterion]: { mean: 0.9 - 0.05 * i, std: 0.06, n: 3 } };
    return {
      pipeline: `s-${i}`,
      settings: settings as CellResult["settings"],
      state: left === 0 ? "failed" : left === 1 ? "not finished" : "finished",
      error: left === 0 ? "the objective became NaN <here>" : null,
      seeds: left < 2 ? [] : [0, 1, 2],
      figures: left < 2 ? {} : figures,
    };
  });
  const needsLabels = criterion === "accuracy";
  return {
    sweep: "s",
    pipeline: "mine",
    profile: "quick",
    criterion: { name: criterion, better: "high", needsLabels },
    fields,
    best: "s-0",
    cells,
  };
}

describe("the page of a sweep", () => {
  test.each([
    [
      "a line",
      ["train.learningRate"],
      /aria-label="silhouette against train.learningRate, 1 cells; best 0.900/,
    ],
    ["tiles", ["train.learningRate", "model.wG"], /0\.850/],
    [
      "parallel axes",
      ["train.learningRate", "model.wG", "model.network"],
      /class="parallel"[\s\S]*>network</,
    ],
  ])("draws %s", async (_, fields, found) => {
    const result = resultOf(fields);
    const page = sweepPage(result, await effectPlot(result, describeFigure("silhouette")));
    expect(page).toMatch(found);
    expect(page).toContain("Best by silhouette, which needs no labels: train.learningRate 0.001");
    expect(page).toContain("pnpm gumbel set mine train.learningRate=0.001");
    expect(page).toContain("1 failed, 1 still to run");
    expect(page).toContain("the objective became NaN &lt;here>");
  });

  test("has no band beyond what its criterion can be", async () => {
    const result = resultOf(["train.learningRate"], "accuracy");
    result.cells[0]!.figures.accuracy!.mean = 0.98;
    const plot = await effectPlot(result, describeFigure("accuracy"));
    expect(plot!.values[0]).toMatchObject({ mean: 0.98, low: expect.closeTo(0.92), high: 1 });
  });

  test("is written as JSON of the documented shape, by cells that have not run", async () => {
    const { cells } = await read({ pipeline: "mine", vary: grid });
    const sweep = await readSweep(root, join(root, "rates.json"));
    const { page } = await writeSweep(root, sweep);
    const text = readFileSync(page, "utf8");
    expect(text).toContain("All pipelines: <code>pnpm turbo run report</code>");
    expect(text).toContain('<meta name="description" content="mine, quick profile: 0 of');
    const written: unknown = JSON.parse(readFileSync(join(dirname(page), "sweep.json"), "utf8"));
    const { cells: found, best } = sweepResultSchema.parse(written);
    expect(found.map(({ pipeline, state }) => [pipeline, state])).toEqual(
      cells.map(({ name }) => [name, "not finished"]),
    );
    expect(best).toBeNull();
    expect(readFileSync(page, "utf8")).toContain("No cell is the best yet");
  });

  test("says that a choice followed the labels, and how many cells the seeds may explain", async () => {
    const result = resultOf(["train.learningRate", "model.wG"], "accuracy");
    const page = sweepPage(result, undefined);
    expect(page).toContain("Best by ACC, chosen by the labels");
    expect(page).toContain("compares with the labels");
    expect(page).toContain("1 other cell is within one standard deviation of it");
  });
});
