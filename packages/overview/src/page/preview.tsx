/** What is shown beside a link to the overview: a sentence, and a picture small enough to stand in the page. */
import { type About, colours, figure, plural, svgAddress, xmlText } from "@gumbel/pages";
import { renderToStaticMarkup } from "preact-render-to-string";
import type { Entry } from "../entries/entry.js";
import { groupsOf, type RunGroup, spanOf } from "./many.js";
import { isFinished, startView } from "./view.js";

export function aboutOf(entries: Entry[]): About {
  const finished = entries.filter(isFinished);
  const groups = groupsOf(finished, startView);
  const counts = `${finished.length} of ${plural(entries.length, "pipeline")} have figures.`;
  const best = groups.flatMap(({ dataset, entries: [first], metric }) => {
    const mean = metric ? (first?.metrics[metric.name]?.mean ?? null) : null;
    return metric && first && mean !== null
      ? [`${dataset.title}: ${metric.title} ${figure(mean, metric)} by ${first.model.title}`]
      : [];
  });
  const largest = groups.toSorted((a, b) => b.entries.length - a.entries.length)[0];
  const picture = largest && pictureOf(largest);
  return {
    description: best.length === 0 ? counts : `${counts} Best on ${best.join("; ")}.`,
    ...(picture && { picture: svgAddress(xmlText(renderToStaticMarkup(picture))) }),
  };
}

/** The proportions in which chats and mail programs show a picture. */
const size = { width: 600, height: 315 };
const mostRows = 12;

/** The best runs on a data set as dots with their standard deviations. */
function pictureOf({ dataset, entries, metric }: RunGroup) {
  if (!metric) return null;
  const runs = entries.flatMap((entry) => {
    const { mean = null, std = null } = entry.metrics[metric.name] ?? {};
    return mean === null ? [] : [{ entry, mean, std: std ?? 0 }];
  });
  const shown = runs.slice(0, mostRows);
  const [low, high] = spanOf(
    metric,
    shown.map(({ entry }) => entry),
  );
  const x = (value: number): number => 330 + (high > low ? (value - low) / (high - low) : 0.5) * 240;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      role="img"
      aria-label={dataset.title}
      viewBox={`0 0 ${size.width} ${size.height}`}
      {...size}
      font-family="sans-serif"
      fill={colours.ink}
    >
      <rect {...size} fill="#ffffff" />
      <text x="24" y="42" font-size="20">
        {dataset.title}: {metric.title} of {plural(runs.length, "run")}
      </text>
      {shown.map(({ entry, mean, std }, i) => (
        <g key={entry.id} transform={`translate(0 ${78 + 19 * i})`}>
          <text x="24" font-size="13">
            {entry.pipeline}
          </text>
          <path d={`M${x(mean - std)} -4H${x(mean + std)}`} stroke={colours.accent} stroke-width="3" />
          <circle cx={x(mean)} cy="-4" r="4.5" fill={colours.accent} />
        </g>
      ))}
    </svg>
  );
}
