/** The curves of compared pipelines, one over the other. */
import { Chart, digits, LineKey } from "@gumbel/pages/browser";
import type { Finished } from "../entries/entry.js";
import type { CurveRow } from "./comparison.js";

/** A chart per curve, with a line for each pipeline. */
export function Curves({ entries, curves }: { entries: Finished[]; curves: CurveRow[] }) {
  return (
    <div>
      <h2>Curves</h2>
      <ul class="legend">
        {entries.map(({ id }, i) => (
          <li key={id}>
            <LineKey n={i} /> {id}
          </li>
        ))}
      </ul>
      <div class="charts">
        {curves.map((row) => (
          <Overlay key={row.title} row={row} entries={entries} />
        ))}
      </div>
      <p class="note">Means over the runs; a dot marks the best epoch. Losses are per example.</p>
    </div>
  );
}

function Overlay({ row: { title, better, curves }, entries }: { row: CurveRow; entries: Finished[] }) {
  const lines = curves.flatMap((curve, i) =>
    curve ? [{ label: entries[i]!.id, colour: i, points: curve.points, mark: curve.best }] : [],
  );
  const texts = curves.flatMap((curve, i) =>
    curve
      ? [
          `${entries[i]!.id} ends at ${digits(curve.last.value)}${curve.best ? `, best ${digits(curve.best.value)} at epoch ${curve.best.epoch}` : ""}`,
        ]
      : [],
  );
  const direction = better ? `, better when ${better}` : "";
  return (
    <Chart title={title} description={`${title} per epoch${direction}: ${texts.join("; ")}`} lines={lines} />
  );
}
