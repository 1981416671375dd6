/** The view of the overview, and its form in the address, so that a view can be shared. */
import { headlineMetrics, type MetricDescription } from "@gumbel/metrics";
import type { Entry, Finished } from "../entries/entry.js";

export const isFinished = (entry: Entry): entry is Finished => entry.state === "finished";

export interface View {
  /** Key of the column to sort by; empty: by name. */
  sort: string;
  descending: boolean;
  /** Words that a row must contain. */
  text: string;
  dataset: string;
  system: string;
  profile: string;
  /** Ids of the picked entries, in the order of picking. */
  picked: string[];
  /** The picked entry that the others are compared with; empty: the first. */
  baseline: string;
  /** True if the picked entries are compared. */
  compare: boolean;
  /** The entry whose drawer is open; empty for none. */
  open: string;
}

export const startView: View = {
  sort: "",
  descending: false,
  text: "",
  dataset: "",
  system: "",
  profile: "",
  picked: [],
  baseline: "",
  compare: false,
  open: "",
};

/** The view as `#sort=accuracy&down=1&pick=a,b`; empty for the initial view. */
export function toHash(view: View): string {
  const words = new URLSearchParams();
  for (const key of ["sort", "text", "dataset", "system", "profile", "baseline", "open"] as const) {
    if (view[key] !== "") words.set(key, view[key]);
  }
  if (view.descending) words.set("down", "1");
  for (const id of view.picked) words.append("pick", id);
  if (view.compare) words.set("compare", "1");
  const text = words.toString();
  return text === "" ? "" : `#${text}`;
}

/** The view of an address, without entries and columns that do not exist. */
export function fromHash(hash: string, entries: Entry[]): View {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const finished = new Set(entries.filter(isFinished).map(({ id }) => id));
  const picked = [...new Set(words.getAll("pick"))].filter((id) => finished.has(id));
  const baseline = words.get("baseline") ?? "";
  const open = words.get("open") ?? "";
  return {
    sort: words.get("sort") ?? "",
    descending: words.get("down") === "1",
    text: words.get("text") ?? "",
    dataset: words.get("dataset") ?? "",
    system: words.get("system") ?? "",
    profile: words.get("profile") ?? "",
    picked,
    baseline: picked.includes(baseline) ? baseline : "",
    compare: words.get("compare") === "1" && picked.length > 1,
    open: finished.has(open) ? open : "",
  };
}

/** A column that the table can be sorted by. */
export interface Column {
  key: string;
  title: string;
  /** Value to sort by; null comes last. */
  value(entry: Finished): string | number | null;
  metric?: MetricDescription;
}

const watchedColumn: Column = {
  key: "best",
  title: "while training",
  value: (entry) => watchedCurve(entry)?.best?.value ?? null,
};

/** The columns of the table, without those that no entry fills; of the metrics, the main ones that any entry has. */
export function columnsOf(entries: Entry[]): Column[] {
  const finished = entries.filter(isFinished);
  const metrics = headlineMetrics(finished.flatMap(({ metrics }) => Object.keys(metrics)));
  return [
    { key: "pipeline", title: "pipeline", value: ({ id }) => id },
    { key: "dataset", title: "data set", value: ({ dataset }) => dataset.title },
    { key: "system", title: "system", value: ({ model }) => model.title },
    ...metrics.map((metric) => ({
      key: metric.name,
      title: metric.title,
      metric,
      value: (entry: Finished) => entry.metrics[metric.name]?.mean ?? null,
    })),
    ...(finished.some(watchedCurve) ? [watchedColumn] : []),
    { key: "seconds", title: "time", value: ({ seconds }) => seconds },
    { key: "date", title: "evaluated (UTC)", value: ({ date }) => date },
  ];
}

/** The curve that a row shows: accuracy during training, else the loss. */
export const watchedCurve = ({ curves }: Finished): Finished["curves"][number] | undefined =>
  curves.find(({ name }) => name === "curve-accuracy") ?? curves.find(({ name }) => name === "curve-loss");

/** Origin of the figures: computed, from the cache, or up to which stage from the cache. */
export function originOf({ origin, cached, ran }: Finished): string {
  if (origin === "record") return "a record";
  const from = beforePage(cached);
  if (from.length === 0) return "computed";
  return beforePage(ran).length === 0 ? "from the cache" : `${from.at(-1)} from the cache`;
}

/** The stages that decide the figures. */
const beforePage = (stages: string[] | null): string[] =>
  (stages ?? []).filter((stage) => stage !== "report");

/** Entries that the view selects, in its order; entries without figures come last. */
export function shownEntries(entries: Entry[], view: View): Entry[] {
  const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = entries.filter((entry) => {
    const text = textOf(entry).toLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    if (!view.dataset && !view.system && !view.profile) return true;
    return (
      isFinished(entry) &&
      (!view.dataset || entry.dataset.name === view.dataset) &&
      (!view.system || entry.model.name === view.system) &&
      (!view.profile || entry.profile === view.profile)
    );
  });
  const column = columnsOf(entries).find(({ key }) => key === view.sort);
  return [
    ...sorted(shown.filter(isFinished), column, view.descending),
    ...shown.filter((e) => !isFinished(e)),
  ];
}

function sorted(entries: Finished[], column: Column | undefined, descending: boolean): Finished[] {
  if (!column) return entries;
  const withValue = entries.filter((entry) => column.value(entry) !== null);
  const order = withValue.sort((a, b) => {
    const [x, y] = [column.value(a)!, column.value(b)!];
    const less = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return descending ? -less : less;
  });
  return [...order, ...entries.filter((entry) => column.value(entry) === null)];
}

const textOf = (entry: Entry): string =>
  isFinished(entry)
    ? [
        entry.id,
        entry.title,
        entry.study,
        entry.dataset.name,
        entry.dataset.title,
        entry.model.name,
        entry.model.title,
        entry.profile,
        originOf(entry),
      ].join(" ")
    : [entry.id, entry.study, entry.state].join(" ");

/** True if the column is sorted with the largest first. */
export const largestFirst = ({ key, metric }: Column): boolean =>
  metric ? metric.better === "high" : ["best", "date", "seconds"].includes(key);
