/** One self-contained page, report.json, every plot as SVG and PNG, every sheet of pictures as PNG. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "@gumbel/config";
import { Failure, toPng } from "@gumbel/pages";
import { type Curve, summarise } from "@gumbel/results";
import type { Stage } from "@gumbel/stage";
import { toJson, writeFileAtomic } from "@gumbel/workspace";
import { writeAnswers } from "./data/answers.js";
import { loadReportData, type ReportData } from "./data/data.js";
import { pipelinePage } from "./page.js";
import { sections } from "./sections/registry.js";
import type { Section, SectionContent } from "./sections/section.js";

/**
 * Writes the report of a pipeline.
 *
 * If a section's files are not as their stage wrote them, the page shows the error in its place and the other sections are intact.
 * The stage then fails after the page is written, so that such a page is never taken from a cache as a complete one.
 *
 * @throws UserError if a stage before has not finished, or a section could not be shown
 */
export async function buildReport(stage: Stage<"report">): Promise<void> {
  const data = await loadReportData(stage);
  const failures: { title: string; error: UserError }[] = [];
  const shown: { section: Section; content: SectionContent }[] = [];
  for (const section of sections) {
    const content = await render(section, data, (error) => failures.push({ title: section.title, error }));
    if (content) shown.push({ section, content });
  }

  for (const plot of shown.flatMap(({ content }) => content.plots ?? [])) {
    await writeFileAtomic(await stage.output(`plots/${plot.name}.svg`), plot.svg);
    await writeFileAtomic(await stage.output(`plots/${plot.name}.png`), toPng(plot));
  }
  for (const sheet of shown.flatMap(({ content }) => content.sheets ?? [])) {
    await writeFileAtomic(await stage.output(`pictures/${sheet.name}.png`), sheet.png);
  }
  for (const file of shown.flatMap(({ content }) => content.files ?? [])) {
    await writeFileAtomic(await stage.output(file.name), file.contents);
  }
  const answers = await writeAnswers(stage, data);
  await writeFileAtomic(await stage.output("report.json"), toJson(summarise(data, await curvesOf(data))));
  const page = await stage.output("index.html");
  await writeFileAtomic(page, pipelinePage(data, shown, answers));
  console.log(pathToFileURL(page).href);

  const [first] = failures;
  if (first) {
    throw new UserError({
      what: `the report was written, but lacks ${failures.map(({ title }) => title).join(", ")}: ${first.error.problem.what}`,
      where: first.error.problem.where ?? join(stage.folder, "index.html"),
      ...(first.error.problem.expected && { expected: first.error.problem.expected }),
      ...(first.error.problem.hint && { hint: first.error.problem.hint }),
    });
  }
}

/** Curves of the runs; none if their file is not as its stage wrote it: their section then shows the error. */
async function curvesOf(data: ReportData): Promise<Curve[]> {
  try {
    return await data.curves();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [];
  }
}

async function render(
  section: Section,
  data: ReportData,
  failed: (error: UserError) => void,
): Promise<SectionContent | undefined> {
  try {
    return await section.render(data);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    failed(error);
    return { body: <Failure error={error} /> };
  }
}
