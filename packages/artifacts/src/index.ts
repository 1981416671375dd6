export {
  type ArrowTable,
  type Column,
  type Columns,
  column,
  readTable,
  TableWriter,
  writeTable,
} from "./arrow.js";
export { type Evaluation, evaluationSchema } from "./evaluation.js";
export {
  type DatasetInfo,
  dataDescription,
  dimensions,
  type ExampleBatch,
  type Examples,
  ExamplesWriter,
  type Labelled,
  labelledSchema,
  modelInput,
  readDatasetInfo,
  readExamples,
  splits,
} from "./examples.js";
export { readJson, sha256, sha256File, toJson, writeFileAtomic } from "./files.js";
export { changesOf, type InputsRecord, readInputs, whyItRan } from "./inputs.js";
export { type Live, type LiveProgress, type LiveRun, liveFolder, readLive } from "./live.js";
export { withLock } from "./lock.js";
export { Artifacts, describeFiles, type Manifest, writeManifest } from "./manifest.js";
export {
  findRoot,
  listPipelines,
  type PipelinePlace,
  readStudy,
  recordKeepers,
  type Study,
  type StudyFigure,
} from "./pipelines.js";
export { allPoints, nameOfParameter, type Point, pointsOf } from "./points.js";
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
export { readSnapshots, type Snapshot, type Snapshots, writeSnapshots } from "./snapshots.js";
export {
  findWorkspace,
  type Run,
  readRun,
  runStage,
  type Stage,
  type StageName,
  type Workspace,
} from "./stage.js";
export { type EpochRecord, epochRecordSchema, type TrainSummary, trainSummarySchema } from "./training.js";
