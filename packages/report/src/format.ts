/** Figures as a person reads them. */
import type { Published } from "./published/published.js";

export interface MetricName {
  key: string;
  title: string;
  /** Errors are in percent and better when low. */
  percent: boolean;
}

/** Full names of the metrics of evaluation.json, in the order of the page. */
export function metricNames(keys: string[]): MetricName[] {
  const known: Record<string, string> = {
    accuracy: "ACC",
    nmi: "NMI",
    ari: "ARI",
    accuracySimple: "ACC, simple approach",
  };
  const order = Object.keys(known);
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return keys
    .map((key) => ({
      key,
      title: known[key] ?? (key.startsWith("knn@") ? `kNN error, k = ${key.slice(4)}` : key),
      percent: key.startsWith("knn@"),
    }))
    .sort((a, b) => rank(a.key) - rank(b.key));
}

/** A fraction with three decimals, an error in percent with two. */
export function figure(value: number, { percent }: Pick<MetricName, "percent">): string {
  if (!Number.isFinite(value)) return "not a number";
  return percent ? `${value.toFixed(2)} %` : value.toFixed(3);
}

export const spread = (std: number | null, { percent }: Pick<MetricName, "percent">): string =>
  std === null ? "" : ` ± ${std.toFixed(percent ? 2 : 3)}`;

/** Ours less the published figure, with its sign. */
export function difference(
  ours: number,
  published: Published,
  { percent }: Pick<MetricName, "percent">,
): string {
  const delta = ours - published.value;
  return `${delta < 0 ? "−" : "+"}${Math.abs(delta).toFixed(percent ? 2 : 3)}`;
}

/** `1 h 02 min`, `3 min 20 s` or `1.2 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

export const count = (value: number): string => value.toLocaleString("en-US");
