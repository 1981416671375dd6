/** The seeds of a training: where each stands, and its curves. */
import { Chart, digits, duration, type Line, LineKey, Phases } from "@gumbel/pages";
import { bestEpoch, phasesOf, seriesOf } from "@gumbel/results";
import { positionOf } from "../entries/progress.js";
import type { Watched } from "./state.js";

/** The phases, and a row for every seed: those that wait too. */
export function Seeds({ watched: { seeds, curves } }: { watched: Watched }) {
  if (seeds.length === 0) return null;
  return (
    <div>
      <Phases phases={phasesOf(curves)} label="Phases of training so far" />
      <table class="seeds">
        <caption class="hidden">Seeds</caption>
        <thead>
          <tr>
            <th scope="col">seed</th>
            <th scope="col" class="text">
              at
            </th>
            <th scope="col">left</th>
          </tr>
        </thead>
        <tbody>
          {seeds.map(({ seed, state, at, secondsLeft }) => (
            <tr key={seed}>
              <th scope="row">
                <LineKey n={seed} /> seed {seed}
              </th>
              <td class="text">
                {at ? positionOf(at) : "waits for another seed to end"}
                {state === "done" && ", done"}
              </td>
              <td>{secondsLeft === null || state === "done" ? "—" : `about ${duration(secondsLeft)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Curves({ watched: { curves, finished } }: { watched: Watched }) {
  const charts: { title: string; lines: Line[] }[] = finished
    ? finished.curves.map(({ title, points, best }) => ({
        title,
        lines: [{ label: "mean over the runs", colour: 0, points, mark: best }],
      }))
    : seriesOf(curves).map((series) => ({
        title: series.metric.title,
        lines: series.runs
          .filter(({ points }) => points.length > 0)
          .map((run) => ({
            label: `seed ${run.seed}`,
            colour: run.seed,
            points: run.points.map(({ epoch, value }) => [epoch, value] as const),
            mark: bestEpoch({ ...series, runs: [run] }) ?? null,
          })),
      }));
  // The most important ones first.
  const rank = ({ title }: { title: string }): number => ["ACC", "NMI", "Total loss"].indexOf(title) >>> 0;
  charts.sort((a, b) => rank(a) - rank(b));
  const seeds = finished ? [] : curves.filter(({ records }) => records.length > 0).map(({ seed }) => seed);
  return (
    <>
      {seeds.length > 0 && (
        <ul class="legend seeds" aria-label="Lines of the curves">
          {seeds.map((seed) => (
            <li key={seed}>
              <LineKey n={seed} /> seed {seed}
            </li>
          ))}
          <li class="soft">a dot: the best epoch so far</li>
        </ul>
      )}
      <div class="charts">
        {charts.map(({ title, lines }) => {
          const texts = lines.map(({ label, points, mark }) => {
            const [epoch, value] = points.at(-1)!;
            const best = mark ? `, best ${digits(mark.value)} at epoch ${mark.epoch}` : "";
            return `${label}: ${digits(value)} at epoch ${epoch}${best}`;
          });
          return (
            <div key={title}>
              <Chart title={title} description={`${title} per epoch; ${texts.join("; ")}`} lines={lines} />
              <p class="note">{texts.join("; ")}</p>
            </div>
          );
        })}
      </div>
    </>
  );
}
