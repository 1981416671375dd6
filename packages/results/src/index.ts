export { type Curve, readCurve } from "./curves.js";
export { type Figures, figuresOf, loadFigures, openStages } from "./figures.js";
export { originalOf, type Published, publishedFor } from "./published.js";
export { readGrid, readSamples, type Samples } from "./samples.js";
export { settingsSentOn, textSentOn } from "./sentOn.js";
export {
  bestEpoch,
  bestOf,
  describeFollowed,
  nameOfCurve,
  overRuns,
  phasesOf,
  type Series,
  seriesOf,
} from "./series.js";
export { settingsOf } from "./settings.js";
export {
  finite,
  type ReportSummary,
  reportSchema,
  reportTitle,
  summarise,
  summariseCurve,
} from "./summary.js";
export { verdictOf } from "./verdict.js";
