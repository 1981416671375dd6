/** The main figures of a report, each on a strip with what it is compared with. */
import { type ComparedRecord, isAsPublished } from "@gumbel/config";
import { headlineMetrics, type MetricDescription } from "@gumbel/metrics";
import { figure, plusMinus, signed, tone } from "@gumbel/pages";
import type { Published } from "@gumbel/results";
import { Fragment } from "preact";
import type { ReportData } from "./data/data.js";
import { type Marked, MarkKey, type Origin, origins, Strip } from "./strip.js";

/** One main figure. */
interface Shown {
  metric: MetricDescription;
  n: number;
  here: Marked;
  /** Of each seed. */
  runs: number[];
  published: Published | undefined;
  /** Where it is compared with something else: this run and all of them. */
  marks: Marked[];
}

export function Headline({ data }: { data: ReportData }) {
  const { plan, evaluation } = data;
  const shown = shownFigures(data);
  if (shown.length === 0) return null;
  return (
    <>
      <ul class="headline">
        {shown.map(({ metric, n, here, runs, published, marks }) => (
          <li key={metric.name}>
            <span class="name">{metric.title}</span>
            <b>
              {figure(here.value, { unit: { ...metric.unit, symbol: "" } })}
              {metric.unit.symbol !== "" && <small> {metric.unit.symbol}</small>}
            </b>
            <span class="of">
              {here.std !== null && `${plusMinus(here.std, metric).trim()} `}
              {n > 1 ? `(${n} runs)` : "one run"}
            </span>
            {published && (
              <span class="published">
                published {figure(published.value, metric)}
                {plusMinus(published.std, metric)}{" "}
                <em
                  class={
                    isAsPublished(plan)
                      ? tone(here.value - published.value, metric, here.std, published.std)
                      : "soft"
                  }
                >
                  {signed(here.value - published.value, metric)}
                </em>
              </span>
            )}
            <Strip metric={metric} marks={marks} runs={runs} />
            {metric.words && <span class="words">{metric.words}</span>}
          </li>
        ))}
        {evaluation.dataset.classes.length === 0 && evaluation.agreement !== null && (
          <li>
            <span class="name">Agreement</span>
            <b>{evaluation.agreement.toFixed(3)}</b>
            <span class="of">of {evaluation.runs.length} runs</span>
            <span class="words">adjusted Rand index between two seeds, 1 if they find the same clusters</span>
          </li>
        )}
      </ul>
      <Key shown={shown} compared={plan.compared} />
    </>
  );
}

/** The headline's figures of this run, with those of the same quantity to compare. */
function shownFigures({ plan, evaluation, published }: ReportData): Shown[] {
  const { summary, baseline } = evaluation;
  return headlineMetrics(Object.keys(summary).filter((name) => summary[name])).map((metric) => {
    const { mean, std, n } = summary[metric.name]!;
    const theirs = published.get(metric.name);
    const here: Marked = { of: "here", name: "this run", value: mean, std };
    const kmeans = kmeansOf(baseline, metric.name);
    return {
      metric,
      n,
      here,
      runs: evaluation.runs.flatMap(({ figures }) => figures[metric.name] ?? []),
      published: theirs,
      marks: [
        here,
        ...(theirs
          ? [{ of: "published", name: "published", value: theirs.value, std: theirs.std } as const]
          : []),
        ...(kmeans === null ? [] : [{ of: "kmeans", name: "k-means", value: kmeans, std: null } as const]),
        ...plan.compared.flatMap((record) => {
          const found = record.figures[metric.name];
          return found ? [{ of: record.as, name: nameOf(record), value: found.mean, std: found.std }] : [];
        }),
      ],
    };
  });
}

/** `the best record of another run, N2D`; the autoencoder's title says what it is. */
const nameOf = ({ as, modelTitle }: ComparedRecord): string =>
  as === "best" ? `the best record of another run, ${modelTitle}` : `the record of ${modelTitle}`;

const kmeansOf = (baseline: ReportData["evaluation"]["baseline"], name: string): number | null =>
  name === "accuracy" || name === "silhouette" ? (baseline?.[name] ?? null) : null;

/** The meaning of each mark that a strip has. */
function Key({ shown, compared }: { shown: Shown[]; compared: ComparedRecord[] }) {
  const wordsOf = (of: Origin): string => {
    const record = compared.find(({ as }) => as === of);
    if (record) return `${nameOf(record)} (${record.profile} profile) ± standard deviation`;
    if (of === "published") return "published ± standard deviation";
    if (of === "kmeans") return "k-means on the same data";
    const seeds = shown.some(({ runs }) => runs.length > 1) ? ", small dots its seeds" : "";
    return `this run ± standard deviation${seeds}`;
  };
  const marked = origins.filter((origin) => shown.some(({ marks }) => marks.some(({ of }) => of === origin)));
  return (
    <p class="note key">
      Strips, from above:{" "}
      {marked.map((of, i) => {
        const [first, ...words] = wordsOf(of).split(" ");
        return (
          <Fragment key={of}>
            {i > 0 && "; "}
            <span>
              <MarkKey of={of} /> {first}
            </span>{" "}
            {words.join(" ")}
          </Fragment>
        );
      })}
      .
    </p>
  );
}
