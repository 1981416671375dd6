/** More than four runs beside each other: a row each, the settings that differ as parallel coordinates. */
import { departuresText, isAsPublished } from "@gumbel/config/browser";
import type { MetricDescription } from "@gumbel/metrics";
import { duration, figure, Parallel, plural, plusMinus, Scroll } from "@gumbel/pages/browser";
import { useState } from "preact/hooks";
import type { Finished } from "../entries/entry.js";
import { linesOf, nameOf, type RunGroup, runsByValue, spanOf } from "./many.js";
import { NameOfRun } from "./nameOfRun.js";
import { Heading } from "./table.js";
import type { View } from "./view.js";

interface GroupProps {
  group: RunGroup;
  view: View;
  change(changes: Partial<View>): void;
}

/** The runs of one data set. */
export function RunRows({ group, view, change }: GroupProps) {
  const [marked, mark] = useState<string | null>(null);
  const { dataset, entries, columns, best } = group;
  const title = `${dataset.title}, ${plural(entries.length, "run")}`;
  return (
    <section class="many" aria-label={title}>
      <h2>{title}</h2>

      <Scroll kind="rows" label={`Runs on ${dataset.title}`}>
        <table class="runs">
          <caption class="hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">run</th>
              {columns.map((column) => (
                <Heading key={column.key} column={column} view={view} change={change} />
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr
                key={entry.id}
                class={entry.id === marked ? "marked" : undefined}
                onPointerEnter={() => mark(entry.id)}
                onPointerLeave={() => mark(null)}
                onFocusCapture={() => mark(entry.id)}
              >
                <th scope="row">
                  <NameOfRun entry={entry} change={change} />
                  <div class="note">
                    {entry.model.title}, {entry.profile}, {plural(entry.seeds, "seed")}
                    {!isAsPublished(entry) && <abbr title={departuresText(entry)}>, departs</abbr>}
                  </div>
                </th>
                {columns.map(({ key, metric }) =>
                  metric ? (
                    <Dots
                      key={key}
                      metric={metric}
                      found={entry.metrics[metric.name]}
                      best={best.get(metric.name)}
                      span={spanOf(metric, entries)}
                    />
                  ) : (
                    <td key={key}>{duration(entry.seconds)}</td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Differing group={group} marked={marked} mark={mark} />
    </section>
  );
}

const strip = { width: 104, height: 12, edge: 4 };

/** The mean ± standard deviation, and both as a dot on the scale of the column; a ring is the published figure. */
function Dots({
  metric,
  found,
  best,
  span: [low, high],
}: {
  metric: MetricDescription;
  found: Finished["metrics"][string] | undefined;
  best: number | undefined;
  span: [number, number];
}) {
  if (!found) return <td class="soft">—</td>;
  const { mean, std, published } = found;
  if (mean === null) return <td class="soft">not a number</td>;
  const length = strip.width - 2 * strip.edge;
  const x = (value: number): number =>
    strip.edge + (high > low ? (value - low) / (high - low) : 0.5) * length;
  const middle = strip.height / 2;
  return (
    <td class={mean === best ? "best" : undefined}>
      {mean === best ? <b>{figure(mean, metric)}</b> : figure(mean, metric)}
      <span class="soft">{plusMinus(std, metric)}</span>
      <svg class="mean-dots" viewBox={`0 0 ${strip.width} ${strip.height}`} aria-hidden="true">
        <path class="rule" d={`M${strip.edge} ${middle}H${strip.width - strip.edge}`} />
        {published && <circle class="theirs" cx={x(published.value)} cy={middle} r="3.4" />}
        {std !== null && <path class="spread" d={`M${x(mean - std)} ${middle}H${x(mean + std)}`} />}
        <circle class="mean" cx={x(mean)} cy={middle} r="3.4" />
      </svg>
    </td>
  );
}

/** The settings that differ: the plot, and who has which value. */
function Differing({
  group,
  marked,
  mark,
}: {
  group: RunGroup;
  marked: string | null;
  mark(id: string | null): void;
}) {
  const { entries, axes, differing, metric, best } = group;
  if (entries.length < 2) return null;
  if (differing.length === 0) return <p class="note">No setting differs.</p>;
  const runs = metric ? linesOf(group, metric) : [];
  const winner = runs.find(({ mean }) => metric && mean === best.get(metric.name))?.id ?? null;
  const pointed = entries.find(({ id }) => id === marked);
  const left = differing.length - axes.length;
  return (
    <>
      <h3>Settings that differ</h3>
      {metric && runs.length > 1 && (
        <figure class="parallels">
          <Scroll kind="plot-box" label={`${group.dataset.title}: settings that differ`}>
            <Parallel
              fields={axes.map(({ key }) => key)}
              runs={runs}
              metric={metric}
              best={winner}
              marked={marked}
              point={mark}
              description={`Parallel coordinates of ${plural(runs.length, "run")}: ${axes.map(({ key }) => key).join(", ")}, and ${metric.title}${winner ? `; best ${winner}` : ""}`}
            />
          </Scroll>
          <figcaption>
            A line for each run, the better its {metric.title} the darker, the best thick. Point at a line or
            a row to find one in the other.
            {left > 0 &&
              ` ${plural(left, "setting")} more, which ${left === 1 ? "varies" : "vary"} together with these or ${left === 1 ? "has" : "have"} no room, ${left === 1 ? "is" : "are"} below.`}{" "}
            <span class="pointed" aria-live="polite">
              {pointed && nameOf(pointed, entries)}
            </span>
          </figcaption>
        </figure>
      )}
      <details class="by-value">
        <summary>{plural(differing.length, "setting")}, and the runs of each value</summary>
        <dl>
          {differing.map((row) => (
            <div key={row.key}>
              <dt>
                <code>{row.key}</code>
              </dt>
              {runsByValue(row, entries).map(([value, names]) => (
                <dd key={value}>
                  <b>{value}</b> {names.join(", ")}
                </dd>
              ))}
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
