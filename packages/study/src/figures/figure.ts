/** Interface of a study's figures: a kind of figure is one file and one line of the registry. */

import { UserError } from "@gumbel/config";
import type { MetricDescription } from "@gumbel/metrics";
import type { Plot, Sheet } from "@gumbel/pages";
import type { Study, StudyFigure } from "@gumbel/workspace";
import type { MemberRun, Members, Provenance } from "../tables/members.js";
import type { Table } from "../tables/tables.js";

/** A sheet of pictures with a name for each of its rows. */
export interface NamedSheet {
  title: string;
  sheet: Sheet;
  /** Factor of enlargement in the page. */
  scale: number;
  rows: string[];
}

/** Mean and standard deviation over the seeds of a quantity recorded per epoch. */
export interface Followed {
  pipeline: string;
  title: string;
  metric: MetricDescription;
  epochs: { epoch: number; mean: number; std: number | null; n: number }[];
}

/** One pipeline of a figure: the run that is shown, and notes about it. */
export interface Shown {
  pipeline: string;
  title: string;
  /** Null if nothing is shown. */
  run: Provenance | null;
  /** Seeds of the runs that are shown. */
  seeds: number[];
  /** Reasons why the pipeline, or a part of it, is not shown. */
  problems: string[];
}

export interface FigureView {
  id: string;
  kind: StudyFigure["kind"];
  title: string;
  source: string;
  published: string | null;
  /** A sentence that explains the figure. */
  lead: string;
  shown: Shown[];
  plots: Plot[];
  sheets: NamedSheet[];
  /** The values of a sweep. */
  table: Table | null;
  followed: Followed[];
}

export interface FigureContext {
  study: Study;
  /** The study's name. */
  name: string;
  members: Members;
}

/** A function that draws one kind of figure. */
export type DrawFigure<Kind extends StudyFigure["kind"]> = (
  figure: Extract<StudyFigure, { kind: Kind }>,
  context: FigureContext,
) => Promise<FigureView>;

/** A figure without contents. */
export function emptyView({ id, kind, title, source, published }: StudyFigure, lead: string): FigureView {
  return {
    id,
    kind,
    title,
    source,
    published,
    lead,
    shown: [],
    plots: [],
    sheets: [],
    table: null,
    followed: [],
  };
}

/**
 * Shows the finished run of each pipeline. A pipeline that has not run, or whose files are not as their stage wrote them, is
 * named with the reason; the others are shown.
 *
 * @param show shows a run of a pipeline and returns its title, the seeds shown and the problems
 * @returns one entry per pipeline
 */
export async function showEach(
  pipelines: string[],
  { members }: FigureContext,
  show: (pipeline: string, run: MemberRun) => Promise<Omit<Shown, "pipeline" | "run">>,
): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const pipeline of pipelines) {
    const nothing: Shown = { pipeline, title: pipeline, run: null, seeds: [], problems: ["not run"] };
    try {
      const { runs, problems } = await members.read(pipeline, await members.describe(pipeline));
      const run = runs.find(({ origin }) => origin === "computed");
      const reasons = [...problems, ...(runs.length > 0 ? ["its record keeps no pictures"] : [])];
      if (!run) shown.push({ ...nothing, problems: reasons.length > 0 ? reasons : nothing.problems });
      else shown.push({ pipeline, run, ...(await show(pipeline, run)) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { what, where } = error.problem;
      shown.push({ ...nothing, problems: [where ? `${what}: ${where}` : what] });
    }
  }
  return shown;
}
