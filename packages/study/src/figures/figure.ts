/** Interface of a study's figures: a kind of figure is one file and one line of the registry. */

import { UserError } from "@gumbel/config";
import type { MetricDescription } from "@gumbel/metrics";
import type { Plot, Sheet } from "@gumbel/pages";
import type { Study, StudyFigure } from "@gumbel/workspace";
import type { MemberRun, Members, Provenance } from "../tables/members.js";
import type { Table } from "../tables/table.js";
import type { Missing } from "./missing.js";
import type { Part } from "./part.js";

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
  /** Null if nothing is. */
  missing: Missing | null;
}

export interface FigureContext {
  study: Study;
  /** The study's name. */
  name: string;
  members: Members;
}

type FigureOf<Kind extends StudyFigure["kind"]> = Extract<StudyFigure, { kind: Kind }>;

/** One kind of figure. */
export interface FigureKind<Kind extends StudyFigure["kind"], Data = unknown> {
  /** What it draws of one run of each of its pipelines; null if figures and curves, which every record keeps, are enough. */
  part: Part<FigureOf<Kind>, Data> | null;
  /** Pipelines of which it shows a run each. */
  pipelines(figure: FigureOf<Kind>, study: Study, name: string): string[];
  /** Draws it from runs and records. */
  draw(figure: FigureOf<Kind>, context: FigureContext): Promise<FigureView>;
}

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
    missing: null,
  };
}

/**
 * Shows a run or a record of each pipeline: the first that has what the figure draws. A pipeline without one, or whose files are
 * not as their stage wrote them, is named with the reason; the others are shown.
 *
 * @param missing why a finished run may have nothing to draw
 * @param read reads what the figure draws of a run; undefined if that has nothing of it
 * @param show draws it and returns a title, the seeds shown and the problems
 * @returns one entry per pipeline
 */
export async function showEach<Data>(
  pipelines: string[],
  { members }: FigureContext,
  missing: string,
  read: (run: MemberRun) => Promise<Data | undefined>,
  show: (pipeline: string, data: Data, run: MemberRun) => Promise<Omit<Shown, "pipeline" | "run">>,
): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const pipeline of pipelines) {
    const nothing: Shown = { pipeline, title: pipeline, run: null, seeds: [], problems: ["not run"] };
    try {
      const { runs, problems } = await members.read(pipeline, await members.describe(pipeline));
      const reasons = [...problems];
      let found: Shown | undefined;
      for (const run of runs) {
        const data = await read(run);
        if (data !== undefined) found = { pipeline, run, ...(await show(pipeline, data, run)) };
        else
          reasons.push(
            run.origin === "record" ? "its record was written without what is drawn here" : missing,
          );
        if (found) break;
      }
      shown.push(found ?? { ...nothing, problems: reasons.length > 0 ? reasons : nothing.problems });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { what, where } = error.problem;
      shown.push({ ...nothing, problems: [where ? `${what}: ${where}` : what] });
    }
  }
  return shown;
}

/** The same for a figure that draws one part of a run: `show` gets its data and its seed. */
export function showParts<Figure extends StudyFigure, Data>(
  part: Part<Figure, Data>,
  figure: Figure,
  pipelines: string[],
  context: FigureContext,
  show: (pipeline: string, data: Data, run: MemberRun) => Promise<{ title: string; problems?: string[] }>,
): Promise<Shown[]> {
  return showEach(
    pipelines,
    context,
    part.missing,
    (run) => context.members.part(part, figure, run),
    async (pipeline, { seed, data }, run) => ({
      seeds: [seed],
      problems: [],
      ...(await show(pipeline, data, run)),
    }),
  );
}
