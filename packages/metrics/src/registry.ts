import { accuracy } from "./accuracy.js";
import { ari } from "./ari.js";
import { calinskiHarabasz } from "./calinskiHarabasz.js";
import { daviesBouldin } from "./daviesBouldin.js";
import { knnError } from "./knnError.js";
import { fraction, type LabelMetric, type Metric, type MetricDescription, ofLabels } from "./metric.js";
import { nmi } from "./nmi.js";
import { silhouette } from "./silhouette.js";
import { accuracySimple } from "./simpleAccuracy.js";
import { testError } from "./testError.js";
import { unlabelledError } from "./unlabelledError.js";

/** Figures that need only labels and clusters. */
export const labelMetrics: readonly LabelMetric[] = [accuracy, nmi, ari];

/** Figures that need no label: how compact and separate the clusters are. */
const internalMetrics: readonly Metric[] = [silhouette, daviesBouldin, calinskiHarabasz];

/** All metrics, in the order in which figures are shown. */
export const metrics: readonly Metric[] = [
  ...labelMetrics.map(ofLabels),
  accuracySimple,
  testError,
  unlabelledError,
  knnError,
  ...internalMetrics,
];

/** True if a figure can only be computed with labels. */
export const needsLabels = (name: string): boolean =>
  !internalMetrics.some((metric) => metric.describe(name));

/** The description of a figure. If no metric computes it, its title is its name. */
export function describeMetric(name: string): MetricDescription {
  for (const metric of metrics) {
    const description = metric.describe(name);
    if (description) return description;
  }
  return { name, title: name, unit: fraction, better: null };
}

/** Descriptions of figures in the order in which they are shown; those that no metric computes are last. */
export function describeMetrics(names: readonly string[]): MetricDescription[] {
  const rank = (name: string): number => metrics.findIndex((metric) => metric.describe(name)) >>> 0;
  return names.toSorted((a, b) => rank(a) - rank(b)).map(describeMetric);
}

/**
 * Descriptions of the figures in `names` that belong in a headline, in the order in which they are shown; those that need no
 * label only if there are no others.
 */
export function headlineMetrics(names: readonly string[]): MetricDescription[] {
  const of = (some: readonly Metric[]): MetricDescription[] =>
    some.flatMap((metric) => {
      const own = names.filter((name) => metric.describe(name));
      const name = own.length > 0 ? metric.headline(own) : undefined;
      return name === undefined ? [] : [describeMetric(name)];
    });
  const compared = of(metrics.filter((metric) => !internalMetrics.includes(metric)));
  return compared.length > 0 ? compared : of(internalMetrics);
}
