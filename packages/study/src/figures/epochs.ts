import { keptSeries } from "@gumbel/records";
import { describeFollowed, overRuns } from "@gumbel/results";
import type { Belonging } from "../tables/members.js";
import { bandsPlot, linesPlot } from "./epochsPlot.js";
import { emptyView, type FigureContext, type FigureKind, showEach } from "./figure.js";

/** Quantities recorded during training: a plot for each metric, a curve for each pipeline. */
export const epochs: FigureKind<"epochs"> = {
  part: null,
  pipelines: ({ pipelines }) => pipelines,
  async draw(figure, context) {
    const many = figure.pipelines.length > mostBands;
    const view = emptyView(
      figure,
      `Means over the seeds${many ? "" : ", with a band of one standard deviation to each side"}. What needs labels is only shown: training does not use it.`,
    );
    const metrics = figure.metrics.map(describeFollowed);
    const name = await namesOf(figure.pipelines, context);
    view.shown = await showEach(
      figure.pipelines,
      context,
      "nothing is recorded during training",
      (run) => context.members.curves(run),
      async (pipeline, curves, run) => {
        const title = await name(run);
        const problems: string[] = [];
        for (const metric of metrics) {
          const runs = keptSeries(curves, metric.name);
          if (runs) view.followed.push({ pipeline, title, metric, epochs: overRuns({ runs }) });
          else problems.push(`${metric.title} is not recorded during training`);
        }
        return { title, seeds: curves.map(({ seed }) => seed), problems };
      },
    );
    for (const metric of metrics) {
      const own = view.followed.filter((each) => each.metric === metric);
      if (own.length > 0) view.plots.push(await (many ? linesPlot : bandsPlot)(figure.id, metric, own));
    }
    return view;
  },
};

/** The most curves that have a band each. */
const mostBands = 4;

/** Names a curve by what differs: by its system if all are of one data set, by its data set if all are of one system. */
async function namesOf(
  pipelines: string[],
  { members }: FigureContext,
): Promise<(run: Belonging) => Promise<string>> {
  const described = await Promise.all(pipelines.map((name) => members.describe(name).catch(() => null)));
  const count = (of: keyof Belonging): number => new Set(described.flatMap((one) => one?.[of] ?? [])).size;
  const [systems, datasets] = [count("model") > 1, count("dataset") > 1];
  return async (run) => {
    const { system, dataset } = await members.titles(run);
    return [...(systems ? [system] : []), ...(datasets || !systems ? [dataset] : [])].join(", ");
  };
}
