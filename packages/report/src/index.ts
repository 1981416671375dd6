/** What other pages than a pipeline's are made of. */

export { type Curve, readCurve, readSamples, type Samples } from "./data.js";
export {
  duration,
  figure,
  type MetricName,
  metricNames,
  moment,
  plural,
  signed,
  spread,
  tone,
} from "./format.js";
export { document } from "./page.js";
export { Entry, Figure, Pictures, Scroll } from "./parts.js";
export * as axes from "./plots/axes.js";
export { certaintyOf, certaintyPlot } from "./plots/certainty.js";
export { principalComponents, umap } from "./plots/projection.js";
export { categorical, draw, type Plot, toPng } from "./plots/render.js";
export { type Published, publishedFor } from "./published/published.js";
export { readoutScript } from "./readout.js";
export { jsonSchemas } from "./schemas.js";
export { overRuns, seriesOf } from "./series.js";
export { enlargement, type Sheet, sheet, toBytes } from "./sprites.js";
export { datasetTitle, systemTitle } from "./titles.js";
export { known, watchServer } from "./watch/server.js";
