/** One self-contained page, report.json, every figure as SVG and PNG, the values of every plot as CSV. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Problem, renderError, UserError } from "@gumbel/config";
import { Failure, type FigureFile, type PageLink, plotFiles, sheetFiles } from "@gumbel/pages";
import { summarise, textSentOn } from "@gumbel/results";
import type { Stage } from "@gumbel/stage";
import { pageAddress, toJson, writeFileAtomic } from "@gumbel/workspace";
import { Fragment, h } from "preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import type { Aside } from "./aside.js";
import { writeAnswers } from "./data/answers.js";
import { loadReportData, type ReportData } from "./data/data.js";
import { pipelinePage, type ShownSection } from "./page.js";
import { sections as allSections } from "./sections/registry.js";
import type { Section } from "./sections/section.js";

/**
 * Writes the report of a pipeline.
 *
 * If a section fails, whatever the reason, the page shows the error in its place and the other sections are intact: a page of
 * hours of training is not lost to one of them. The stage then fails after the page is written, so that such a page is never
 * taken from a cache as a complete one.
 *
 * @param aside lays out and encodes pictures while the sections are written
 * @param sections those of the page, in their order
 * @throws UserError if a stage before has not finished, or a section could not be shown
 */
export async function buildReport(
  stage: Stage<"report">,
  aside: Aside,
  sections: Section[] = allSections,
): Promise<void> {
  const data = await loadReportData(stage);
  const failures = new Failures(stage.workspace.root);
  const rendered: [Section, ShownSection | undefined][] = [];
  for (const section of sections)
    rendered.push([section, await failures.catch(section.title, () => render(section, data, aside))]);
  const shown: ShownSection[] = [];
  for (const [section, content] of rendered) {
    const files = await failures.catch(section.title, () => complete(content?.files ?? []));
    for (const { name, contents } of files ?? []) await writeFileAtomic(await stage.output(name), contents);
    const part = files && content ? content : failures.inPlaceOf(section);
    if (part) shown.push(part);
  }
  const answers = (await failures.catch("the cluster of each row", () => writeAnswers(stage, data))) ?? [];
  const curves = (await failures.catch("the curves in report.json", () => data.curves())) ?? [];
  await writeFileAtomic(await stage.output("report.json"), toJson(summarise(data, curves)));
  const page = await stage.output("index.html");
  await writeFileAtomic(page, pipelinePage(data, shown, { answers, links: linksFrom(stage) }));
  console.log(pathToFileURL(page).href);
  failures.report(join(stage.folder, "index.html"));
}

/** The overview, in a workspace with one, and the studies that show the pipeline, whether their pages are written yet or not. */
function linksFrom({ workspace: { root }, folder, plan }: Stage<"report">): PageLink[] {
  const hasOverview = existsSync(join(root, "pipelines", "overview", "package.json"));
  const overview = {
    text: "All pipelines",
    page: pageAddress(root, folder, "overview", "report"),
    command: "pnpm turbo run report",
  };
  const studies = plan.studies.map(({ name, title }) => ({
    text: title,
    page: pageAddress(root, folder, name, "reproduce"),
    command: `pnpm gumbel tables ${name}`,
  }));
  return [...(hasOverview ? [overview] : []), ...studies];
}

/** A section as markup, with the files that go beside the page; undefined if it has nothing to show. */
async function render(section: Section, data: ReportData, aside: Aside): Promise<ShownSection | undefined> {
  const content = await section.render(data, aside);
  if (!content) return undefined;
  const { lead, body, plots = [], sheets = [], files = [], script } = content;
  const rasterise = (svg: string) => aside.run("rasterise", svg);
  return {
    section,
    lead: lead === undefined ? "" : renderToStaticMarkup(h(Fragment, null, lead)),
    body: renderToStaticMarkup(body),
    files: [
      ...plots.flatMap((plot) => plotFiles(plot, rasterise)),
      ...sheets.flatMap((sheet) => sheetFiles(sheet, rasterise)),
      ...files,
    ],
    ...(script !== undefined && { script }),
  };
}

/** The files, once their pictures are encoded. */
const complete = (files: ShownSection["files"]): Promise<FigureFile<Uint8Array>[]> =>
  Promise.all(files.map(async ({ name, contents }) => ({ name, contents: await contents })));

/** What went wrong, kept while the rest of the page is made. */
class Failures {
  readonly #root: string;
  readonly #found: { title: string; problem: Problem; cause: unknown }[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** The result of `work`; undefined if it fails. */
  async catch<Result>(title: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (cause) {
      this.#found.push({ title, problem: problemOf(cause), cause });
      return undefined;
    }
  }

  /** The error of a section where it would have stood; undefined if it has not failed. */
  inPlaceOf(section: Section): ShownSection | undefined {
    const failed = this.#found.find(({ title }) => title === section.title);
    if (!failed) return undefined;
    const sent = (text: string | undefined) => text && textSentOn(text, this.#root);
    const { what, where, expected, hint } = failed.problem;
    const problem = {
      what: textSentOn(what, this.#root),
      where: sent(where),
      expected: sent(expected),
      hint: sent(hint),
    };
    return { section, lead: "", body: renderToStaticMarkup(<Failure problem={problem} />), files: [] };
  }

  /** @throws UserError that names all of them, if there are any; the stack of a defect of ours is printed. */
  report(page: string): void {
    const [first] = this.#found;
    if (!first) return;
    for (const { cause } of this.#found) if (!(cause instanceof UserError)) console.error(renderError(cause));
    const titles = [...new Set(this.#found.map(({ title }) => title))].join(", ");
    throw new UserError({
      ...first.problem,
      what: `the report was written, but lacks ${titles}: ${first.problem.what}`,
      where: first.problem.where ?? page,
    });
  }
}

/** The problem in words, also if it is a defect of ours. */
const problemOf = (cause: unknown): Problem =>
  cause instanceof UserError
    ? cause.problem
    : {
        what: `an error of Gumbel's own: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint: "its stack is in the log of the report stage",
      };
