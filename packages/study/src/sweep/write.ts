/** Writes a sweep's page to artifacts/<sweep>/sweep/, from what its cells have left. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type PageLink, plotFiles } from "@gumbel/pages";
import { rasterise } from "@gumbel/pages/rasterise";
import { artifactPath, pageLink, toJson, withLock, writeFileAtomic } from "@gumbel/workspace";
import { csvLines } from "../output/text.js";
import { describeFigure, type Sweep } from "./file.js";
import { metricsOf, sweepPage } from "./page.js";
import { effectPlot, valueText } from "./plots.js";
import { readResults, type SweepResult } from "./results.js";

/**
 * The sweep as it stands, written as a page, JSON, CSV and a plot; a run may be going on.
 *
 * @returns it and the path of its page
 */
export async function writeSweep(root: string, sweep: Sweep): Promise<{ result: SweepResult; page: string }> {
  const lock = artifactPath(root, sweep.name, "locks", "sweep.lock");
  const folder = artifactPath(root, sweep.name, "sweep");
  const page = join(folder, "index.html");
  const write = async (): Promise<SweepResult> => {
    const result = await readResults(root, sweep);
    const plot = await effectPlot(result, describeFigure(result.criterion.name));
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, "sweep.json"), toJson(result));
    await writeFileAtomic(join(folder, "sweep.csv"), sweepCsv(result));
    if (plot) {
      await mkdir(join(folder, "plots"), { recursive: true });
      for (const { name, contents } of plotFiles(plot, rasterise))
        await writeFileAtomic(join(folder, name), contents);
    }
    await writeFileAtomic(page, sweepPage(result, plot, linksOf(root, sweep, folder)));
    return result;
  };
  // Another terminal may look at the same sweep.
  return { result: await withLock(lock, write, { onWait: () => {} }), page };
}

const linksOf = (root: string, { pipeline }: Sweep, folder: string): PageLink[] => [
  {
    text: "All pipelines",
    page: pageLink(root, folder, "overview", "report"),
    command: "pnpm turbo run report",
  },
  {
    text: `The report of ${pipeline}`,
    page: pageLink(root, folder, pipeline, "report"),
    command: `pnpm turbo run report --filter=@pipelines/${pipeline}`,
  },
];

/** A line for each cell in the order of the file: its settings, state, and mean, deviation and number of each figure. */
function sweepCsv(result: SweepResult): string {
  const metrics = metricsOf(result);
  const head = [
    "cell",
    ...result.fields,
    "state",
    ...metrics.flatMap(({ name }) => [name, `${name} std`]),
    "seeds",
  ];
  const rows = result.cells.map((cell) => [
    cell.pipeline,
    ...result.fields.map((field) => valueText(cell, field)),
    cell.state,
    ...metrics.flatMap(({ name }) => [cell.figures[name]?.mean ?? "", cell.figures[name]?.std ?? ""]),
    cell.seeds.length,
  ]);
  return csvLines([head, ...rows]);
}
