import { digits, Figure, Phases, readoutScript, Scroll } from "@gumbel/pages";
import { bestEpoch, type Curve, overRuns, phasesOf, type Series, seriesOf } from "@gumbel/results";
import { cssColour, curvePlot, seedColour } from "../plots/curves.js";
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
    const publishedOf = ({ metric }: Series) => data.published.get(metric.name)?.value;
    const plots = await Promise.all(series.map((one) => curvePlot(one, publishedOf(one))));
    const several = data.training.runs.length > 1;
    const labelled = series.some(({ metric }) => metric.better === "high");
    const dashed = series.some((one) => publishedOf(one) !== undefined);
    return {
      lead: (
        <>
          {several && "Thin: each run. Thick: their mean, with a band of one standard deviation. "}
          Losses are per example. {labelled && "ACC and NMI are only shown: training does not use them. "}
          {dashed && "Dashed: the published value."}
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
          <Phases phases={phasesOf(found)} label="Phases of training" />
          {several && series[0] && <Seeds series={series[0]} />}
          {[...new Set(series.flatMap((one) => warmUpText(one) ?? []))].map((text) => (
            <p class="note" key={text}>
              {text}
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

/** The colour of each seed. */
function Seeds({ series }: { series: Series }) {
  if (series.runs.some(({ seed }) => seedColour(series, seed) < 0)) return null;
  return (
    <ul class="legend seeds" aria-label="Colours of the seeds">
      <li>
        <i style="background:var(--plot-accent)" />
        mean
      </li>
      {series.runs.map(({ seed }) => (
        <li key={seed}>
          <i style={`background:${cssColour(seedColour(series, seed))}`} />
          seed {seed}
        </li>
      ))}
    </ul>
  );
}

/** What is shaded in a plot. */
const warmUpText = ({ warmUp }: Series): string | undefined =>
  warmUp
    ? `Shaded: ${warmUp.until === 1 ? "in epoch 1" : `until epoch ${warmUp.until}`} the weight of ${warmUp.terms.join(", ")} changes.`
    : undefined;

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
        <caption>
          Last and best epoch{several ? ", means over the runs" : ""}
          {series.some(({ warmUp }) => warmUp) &&
            "; a total loss is compared once its weights are the last ones"}
        </caption>
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
            const best = bestEpoch(one);
            return (
              <tr key={one.name}>
                <th scope="row">{one.metric.title}</th>
                <td>{digits(means[0]!.mean)}</td>
                <td class="strong">
                  {digits(last.mean)}
                  <span class="muted">{last.std === null ? "" : ` ± ${digits(last.std)}`}</span>
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
