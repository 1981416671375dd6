/** Rows of the table of compared pipelines, with a cell for each of them. */
import { digits, figure, plusMinus, signed, tone } from "@gumbel/pages/browser";
import { Fragment } from "preact";
import type { CurveRow, MetricRow, SettingRow } from "./comparison.js";

/** A figure, its difference from the baseline's and the published one. */
export function Metric({ row: { metric, found, differences, baselineStd } }: { row: MetricRow }) {
  return (
    <tr>
      <th scope="row">{metric.title}</th>
      {found.map((ours, i) => {
        if (!ours) return <td key={i}>—</td>;
        const difference = differences[i] ?? null;
        return (
          <td key={i}>
            <b>{ours.mean === null ? "not a number" : figure(ours.mean, metric)}</b>
            <span class="muted">
              {plusMinus(ours.std, metric)} ({ours.n})
            </span>
            {difference !== null && (
              <div>
                <em class={tone(difference, metric, ours.std, baselineStd)}>{signed(difference, metric)}</em>
              </div>
            )}
            {ours.published && <div class="note">published {figure(ours.published.value, metric)}</div>}
          </td>
        );
      })}
    </tr>
  );
}

/** The last and the best epoch of a curve. */
export function LastAndBest({ row: { title, curves } }: { row: CurveRow }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      {curves.map((curve, i) => (
        <td key={i}>
          {curve ? (
            <>
              {digits(curve.last.value)} <span class="muted">epoch {curve.last.epoch}</span>
              {curve.best && (
                <div class="note">
                  best {digits(curve.best.value)} at {curve.best.epoch}
                </div>
              )}
            </>
          ) : (
            "—"
          )}
        </td>
      ))}
    </tr>
  );
}

/** The value of a setting, whose long name may break at its parts. */
export function Setting({ row: { key, values } }: { row: SettingRow }) {
  return (
    <tr>
      <th scope="row">
        <code>
          {key.split(/(?<=\.)|(?=[A-Z])/).map((part, i) => (
            <Fragment key={i}>
              {part}
              <wbr />
            </Fragment>
          ))}
        </code>
      </th>
      {values.map((value, i) => (
        <td key={i} class="setting">
          {value ?? "—"}
        </td>
      ))}
    </tr>
  );
}
