export { accuracy, hungarianMatching, type Matching } from "./accuracy.js";
export { ari } from "./ari.js";
export { collapses, type Encodings, isConstant } from "./collapse.js";
export { type Contingency, contingency } from "./contingency.js";
export { groupedBy } from "./grouped.js";
export { knnErrors, type Neighbours, nearestNeighbours, nearestOthers } from "./knn.js";
export { votersOf } from "./knnError.js";
export {
  type EvaluatedRun,
  type EvaluationSettings,
  fraction,
  type LabelMetric,
  type Metric,
  type MetricDescription,
  percent,
  SettingError,
  type Unit,
} from "./metric.js";
export { nmi } from "./nmi.js";
export { eachPair, type RowDistances } from "./pairs.js";
export type { ProductSearch } from "./product.js";
export {
  describeMetric,
  describeMetrics,
  headlineMetrics,
  labelMetrics,
  metrics,
  needsLabels,
} from "./registry.js";
export type { Sign } from "./sign.js";
export { silhouetteOf } from "./silhouette.js";
export { simpleAccuracy } from "./simpleAccuracy.js";
export { type Summary, summarize } from "./summary.js";
