export { keptSeries, type RunCurves } from "./curves.js";
export { checkCurrent, readFinishedRun } from "./finished.js";
export { readRecord, readRecords, recordPath } from "./record.js";
export {
  dateOf,
  epochsOf,
  joined,
  type KeptCurve,
  type RunRecord,
  secondsOf,
  settingsSchema,
} from "./schema.js";
export { sealed } from "./seal.js";
export { configDigests } from "./settings.js";
