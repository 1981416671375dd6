import { digits, Figure, readoutScript, Scroll } from "@gumbel/pages";
import { bestOf, type Curve, overRuns, type Series, seriesOf } from "@gumbel/results";
import { curvePlot } from "../plots/curves.js";
import type { Section } from "./section.js";

/** Curves of training. */
export const curves: Section = {
  id: "curves",
  title: "Training",
  async render(data) {
    const found = await data.curves();
    const series = seriesOf(found);
    const problems = notNumbers(found);
    if (series.length === 0 && problems.length === 0) return undefined;
    const plots = await Promise.all(series.map(curvePlot));
    const several = data.training.runs.length > 1;
    const labelled = series.some(({ metric }) => metric.better === "high");
    return {
      lead: (
        <>
          {several && "Thin: each run. Thick: their mean, with a band of one standard deviation. "}
          Losses are per example. {labelled && "ACC and NMI are only shown: training does not use them."}
        </>
      ),
      plots,
      script: readoutScript,
      body: (
        <>
          {problems.map((problem) => (
            <p class="note-box bad" key={problem}>
              {problem}
            </p>
          ))}
          <div class="curves">
            {plots.map((plot) => (
              <Figure plot={plot} key={plot.name} />
            ))}
          </div>
          {series.length > 0 && <LastAndBest series={series} several={several} />}
        </>
      ),
    };
  },
};

/** A note for each run whose loss stopped being a number, with the epoch. */
function notNumbers(found: Curve[]): string[] {
  return found.flatMap(({ seed, records }) => {
    const first = records.find(
      ({ totals, terms }) => !Object.values({ ...terms, ...totals }).every(Number.isFinite),
    );
    return first
      ? [
          `Seed ${seed}: the loss is not a number from epoch ${first.epoch} on: see train/seed-${seed}/metrics.jsonl.`,
        ]
      : [];
  });
}

function LastAndBest({ series, several }: { series: Series[]; several: boolean }) {
  return (
    <Scroll label="Table of last and best values">
      <table>
        <caption>Last and best epoch{several ? ", means over the runs" : ""}</caption>
        <thead>
          <tr>
            <th scope="col">quantity</th>
            <th scope="col">first</th>
            <th scope="col">last</th>
            <th scope="col">best</th>
            <th scope="col">at epoch</th>
          </tr>
        </thead>
        <tbody>
          {series.map((one) => {
            const means = overRuns(one);
            const last = means.at(-1)!;
            const best = bestOf(
              one.metric.better,
              means.map(({ epoch, mean }) => ({ epoch, value: mean })),
            );
            return (
              <tr key={one.name}>
                <th scope="row">{one.metric.title}</th>
                <td>{digits(means[0]!.mean)}</td>
                <td class="strong">
                  {digits(last.mean)}
                  <span class="spread">{last.std === null ? "" : ` ± ${digits(last.std)}`}</span>
                </td>
                <td>{best ? digits(best.value) : "—"}</td>
                <td>{best?.epoch ?? "—"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
