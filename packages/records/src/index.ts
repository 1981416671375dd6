export {
  checkCurrent,
  configDigests,
  dateOf,
  joined,
  type RunRecord,
  readFinishedRun,
  readRecord,
  recordPath,
} from "./record.js";
export { sealed } from "./seal.js";
