/** A sweep's page. */
import type { MetricDescription } from "@gumbel/metrics";
import {
  document,
  Figure,
  figure as figureValue,
  type PageLink,
  PageLinks,
  type Plot,
  plural,
  readoutScript,
  Scroll,
  svgAddress,
} from "@gumbel/pages";
import { assignmentsText, describeFigure } from "./file.js";
import { figureText, settingsText, valueText } from "./plots.js";
import type { CellResult, SweepResult } from "./results.js";

/** @param links to other pages */
export function sweepPage(result: SweepResult, plot: Plot | undefined, links: PageLink[] = []): string {
  const { sweep, fields, cells } = result;
  const metric = describeFigure(result.criterion.name);
  const failed = cells.filter(({ state }) => state === "failed");
  return document(
    `Sweep ${sweep}`,
    <>
      <a class="skip" href="#main">
        To the figures
      </a>
      <header class="page wide">
        <PageLinks links={links} />
        <h1>Sweep {sweep}</h1>
        <p class="lead">{countsText(result)}</p>
        <Verdict result={result} metric={metric} />
      </header>
      <main class="wide" id="main">
        {plot && (
          <section aria-labelledby="effect-title">
            <h2 id="effect-title">Effect of {fields.join(", ")}</h2>
            <p class="note">
              {metric.title}, {metric.better === "low" ? "lower" : "higher"} is better; means over the seeds
              {fields.length === 1 && ", with a band of one standard deviation to each side"}.
            </p>
            <Figure plot={plot} />
          </section>
        )}
        {failed.length > 0 && (
          <section aria-labelledby="failed-title">
            <h2 id="failed-title">Failed</h2>
            <p class="note">The others are not touched by it; the same command tries these again.</p>
            {failed.map((cell) => (
              <div class="note-box bad" key={cell.pipeline}>
                <strong>{settingsText(cell, fields) || cell.pipeline}</strong> ({cell.pipeline})
                <pre>{cell.error}</pre>
              </div>
            ))}
          </section>
        )}
        <section aria-labelledby="cells-title">
          <h2 id="cells-title">Cells</h2>
          <p class="note">Mean ± standard deviation over the seeds, the best first.</p>
          <Scroll label="Cells">
            <CellsTable result={result} />
          </Scroll>
        </section>
      </main>
      <footer class="wide">
        Made by Gumbel. Beside this page: the same as sweep.json and sweep.csv
        {plot && ", the plot as SVG and PNG"}.
      </footer>
    </>,
    [readoutScript],
    "",
    {
      description: [countsText(result), bestText(result)].filter((text) => text !== null).join(". "),
      ...(plot && { picture: svgAddress(plot.svg) }),
    },
  );
}

/** `moons, quick profile: 12 of 15 cells are finished, 1 has failed, 2 are still to run`. */
export function countsText({ pipeline, profile, cells }: SweepResult): string {
  const number = (state: CellResult["state"]): number => cells.filter((cell) => cell.state === state).length;
  const [failed, waiting] = [number("failed"), number("not finished")];
  return [
    `${pipeline}, ${profile} profile: ${number("finished")} of ${plural(cells.length, "cell")} finished`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(waiting > 0 ? [`${waiting} still to run`] : []),
  ].join(", ");
}

/** The best cell, how sure that is, and how to take its settings. */
function Verdict({ result, metric }: { result: SweepResult; metric: MetricDescription }) {
  const best = result.cells.find(({ pipeline }) => pipeline === result.best);
  if (!best) {
    return (
      <p class="note-box">No cell is the best yet: none is finished with a {metric.title} of every seed.</p>
    );
  }
  return (
    <>
      <p class="verdict">{bestText(result)}</p>
      <p class="lead">{spreadText(result, best, metric)}</p>
      <p class="note">To take these settings: {takeText(result, best)}</p>
      {result.criterion.needsLabels && (
        <p class="note-box bad">
          {metric.title} compares with the labels: this is the best that the method can reach, not what a
          choice without labels would have found.
        </p>
      )}
    </>
  );
}

const takeText = ({ pipeline }: SweepResult, best: CellResult) => {
  const settings = Object.entries(best.settings).map(([field, value]) => ({ field, value }));
  const words = settings.map((setting) => assignmentsText([setting]));
  // What a shell would take apart is in quotes.
  const quoted = words.map((word) => (/^[\w.=+-]+$/.test(word) ? word : `'${word}'`));
  return <code>{["pnpm gumbel set", pipeline, ...quoted].join(" ")}</code>;
};

/** `Best by silhouette, which needs no labels: train.learningRate 0.01: 0.512 ± 0.010 (3 seeds)`; null if there is none. */
export function bestText({ cells, best, fields, criterion }: SweepResult): string | null {
  const cell = cells.find(({ pipeline }) => pipeline === best);
  if (!cell) return null;
  const metric = describeFigure(criterion.name);
  const how = criterion.needsLabels ? "chosen by the labels" : "which needs no labels";
  const at = settingsText(cell, fields) || cell.pipeline;
  return `Best by ${metric.title}, ${how}: ${at}: ${figureText(cell, metric)} (${plural(cell.seeds.length, "seed")})`;
}

/** The range over the cells, and how many are as good as the best within its own spread over the seeds. */
function spreadText({ cells, criterion }: SweepResult, best: CellResult, metric: MetricDescription): string {
  const figures = cells.flatMap(({ figures }) => figures[criterion.name] ?? []);
  const means = figures.map(({ mean }) => mean);
  const range = `Over the cells it goes from ${figureValue(Math.min(...means), metric)} to ${figureValue(Math.max(...means), metric)}.`;
  const { mean, std } = best.figures[criterion.name]!;
  if (std === null)
    return `${range} One run of each cell says nothing of how much the seeds differ: "seeds": 3 does.`;
  const near = means.filter((value) => Math.abs(value - mean) <= std).length - 1;
  return near === 0
    ? `${range} No other cell is within one standard deviation of it.`
    : `${range} ${plural(near, "other cell")} ${near === 1 ? "is" : "are"} within one standard deviation of it, so that the seeds may explain the order.`;
}

function CellsTable({ result }: { result: SweepResult }) {
  const { fields, criterion } = result;
  const metrics = metricsOf(result);
  return (
    <table class="overview">
      <caption class="hidden">Cells of the sweep</caption>
      <thead>
        <tr>
          <th scope="col">cell</th>
          {fields.map((field) => (
            <th scope="col" key={field}>
              {field}
            </th>
          ))}
          {metrics.map(({ name, title }) => (
            <th scope="col" key={name}>
              {title}
            </th>
          ))}
          <th scope="col">seeds</th>
        </tr>
      </thead>
      <tbody>
        {ordered(result).map((cell) => (
          <tr key={cell.pipeline}>
            <th scope="row">
              {cell.pipeline}
              {cell.state !== "finished" && <div class="note">{cell.state}</div>}
            </th>
            {fields.map((field) => (
              <td key={field}>{valueText(cell, field)}</td>
            ))}
            {metrics.map((metric) => (
              <td
                key={metric.name}
                class={metric.name === criterion.name && cell.pipeline === result.best ? "strong" : undefined}
              >
                {figureText(cell, metric)}
              </td>
            ))}
            <td>{cell.seeds.length}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The figures that some cell has, the criterion first. */
export function metricsOf({ cells, criterion }: SweepResult): MetricDescription[] {
  const names = new Set([criterion.name, ...cells.flatMap(({ figures }) => Object.keys(figures))]);
  return [...names].map(describeFigure);
}

/** The cells, the best first; those without the criterion last. */
function ordered({ cells, criterion }: SweepResult): CellResult[] {
  const worst = criterion.better === "low" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const value = (cell: CellResult): number => cell.figures[criterion.name]?.mean ?? worst;
  return cells.toSorted((a, b) => {
    const [x, y] = criterion.better === "low" ? [value(a), value(b)] : [value(b), value(a)];
    return x === y ? 0 : x - y;
  });
}
