/**
 * Writes a study's report to artifacts/<study>/reproduce/, from its members' finished runs and records. A member that has not
 * run leaves an empty cell.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { plotFiles, sheetFiles } from "@gumbel/pages";
import { rasterise } from "@gumbel/pages/rasterise";
import { describeFiles, writeManifest } from "@gumbel/tables";
import {
  artifactPath,
  pageLink,
  readStudy,
  sha256,
  toJson,
  withLock,
  writeFileAtomic,
} from "@gumbel/workspace";
import { toLatex } from "./output/latex.js";
import { type Linked, studyPage } from "./output/page.js";
import { type Report, reportOf } from "./output/report.js";
import { epochsCsv, toCsv, toMarkdown } from "./output/text.js";
import { Members } from "./tables/members.js";

/**
 * Writes the report of a study, one process at a time.
 *
 * @throws UserError if there is no such study, or its file is invalid
 */
export async function reproduce(root: string, name: string): Promise<void> {
  const lock = artifactPath(root, name, "locks", "reproduce.lock");
  await withLock(lock, () => writeStudy(root, name, artifactPath(root, name, "reproduce")));
}

async function writeStudy(root: string, name: string, folder: string): Promise<void> {
  const study = await readStudy(root, name);
  const members = await Members.of(root, name, study);
  const report = await reportOf(root, study, name, members);

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files: Record<string, string | Uint8Array> = {
    "index.html": studyPage(report, linked(root, folder, report)),
    "study.csv": toCsv(report),
    "study.json": toJson(described(report)),
    "study.md": toMarkdown(report),
    "study.tex": toLatex(report),
  };
  if (report.figures.some(({ followed }) => followed.length > 0)) files["epochs.csv"] = epochsCsv(report);
  for (const { plots, sheets } of report.figures) {
    const written = [
      ...plots.flatMap((plot) => plotFiles(plot, rasterise)),
      ...sheets.flatMap(({ sheet }) => sheetFiles(sheet, rasterise)),
    ];
    for (const { name: file, contents } of written) files[file] = contents;
  }
  for (const [file, contents] of Object.entries(files)) await writeFileAtomic(join(folder, file), contents);
  await writeManifest(folder, {
    stage: "reproduce",
    pipeline: name,
    config: sha256(toJson(study)),
    seed: 0,
    reads: [],
    versions: { "@gumbel/study": "0.1.0" },
    files: await describeFiles(folder, Object.keys(files)),
  });

  const tables = [...report.tables, ...report.figures.flatMap(({ table }) => table ?? [])];
  const cells = tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells));
  const wanted = cells.filter(({ publishedOnly }) => !publishedOnly);
  const filled = wanted.filter(({ figures }) => figures.length > 0).length;
  const page = pathToFileURL(join(folder, "index.html")).href;
  const shown = report.figures.flatMap((figure) => figure.shown);
  const counts = [
    ...(wanted.length > 0 ? [`${filled} of ${wanted.length} cells have a figure`] : []),
    ...(shown.length > 0 ? [`${shown.filter(({ run }) => run).length} of ${shown.length} pictures`] : []),
  ];
  console.log(`${counts.join(", ")}: ${page}`);
}

/** The overview of all pipelines, and the reports of the runs that are shown. */
function linked(root: string, folder: string, { runs }: Report): Linked {
  const page = (name: string) => pageLink(root, folder, name, "report");
  const reports = runs.flatMap(({ pipeline }) => {
    const report = page(pipeline);
    return report ? [[pipeline, report] as const] : [];
  });
  return {
    links: [{ text: "All pipelines", page: page("overview"), command: "pnpm turbo run report" }],
    reports: new Map(reports),
  };
}

/** The report without its pictures, which are separate files. */
function described({ figures, ...rest }: Report): object {
  return {
    ...rest,
    figures: figures.map(({ plots, sheets, ...figure }) => ({
      ...figure,
      plots: plots.map(({ name, description }) => ({ name, description })),
      pictures: sheets.map(({ title, sheet, rows }) => ({ name: sheet.name, title, rows })),
    })),
  };
}
