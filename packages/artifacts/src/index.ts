export { readJson, sha256, sha256File, toJson, writeFileAtomic } from "./files.js";
export { Artifacts, type Manifest } from "./manifest.js";
export { withLock } from "./lock.js";
export { type ArrowTable, type Column, type Columns, TableWriter, column, readTable, writeTable } from "./arrow.js";
export {
  type DatasetInfo,
  type ExampleBatch,
  type Examples,
  ExamplesWriter,
  dimensions,
  modelInput,
  readDatasetInfo,
  readExamples,
  splits,
} from "./examples.js";
export { type Evaluation, evaluationSchema } from "./evaluation.js";
export { type EpochRecord, type TrainSummary, epochRecordSchema, trainSummarySchema } from "./training.js";
export { type Run, type Stage, type StageName, type Workspace, findWorkspace, readRun, runStage } from "./stage.js";
