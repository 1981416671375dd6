import { optionTexts } from "@gumbel/plan";
import type { Study } from "@gumbel/workspace";
import type { FigureView } from "../figures/figure.js";
import { drawFigures } from "../figures/registry.js";
import type { MemberRun, Members } from "../tables/members.js";
import type { Table } from "../tables/table.js";
import { fillTables } from "../tables/tables.js";

/** All tables and figures of a study. */
export interface Report extends Pick<Study, "title" | "works"> {
  tables: Table[];
  figures: FigureView[];
  /** The runs that they show, once each. */
  runs: MemberRun[];
  /** What each option of their systems is and where its default comes from, by system and option. */
  options: Record<string, Record<string, string>>;
}

/** @param name of the study */
export async function reportOf(root: string, study: Study, name: string, members: Members): Promise<Report> {
  const tables = await fillTables(root, study, (...member) => members.read(...member));
  const figures = await drawFigures(study, name, members);
  const runs = [...members.runs.values()];
  const options: Report["options"] = {};
  for (const { model } of runs) options[model] ??= await optionTexts(root, model);
  return { title: study.title, works: study.works, tables, figures, runs, options };
}
