export {
  type ArrowTable,
  type Column,
  type Columns,
  column,
  readTable,
  TableWriter,
  writeTable,
} from "./arrow.js";
export type { Collapse } from "./collapse.js";
export { type Evaluation, evaluationSchema } from "./evaluation.js";
export {
  type DatasetInfo,
  dataDescription,
  dimensions,
  type ExampleBatch,
  type Examples,
  ExamplesWriter,
  type Labelled,
  labelledRows,
  labelledSchema,
  modelInput,
  readDatasetInfo,
  readExamples,
  splits,
  trainingRows,
} from "./examples.js";
export { Artifacts, describeFiles, digest, type Manifest, writeManifest } from "./manifest.js";
export { type PictureGrid, writePictures } from "./pictures.js";
export { readSnapshots, type Snapshot, type Snapshots, writeSnapshots } from "./snapshots.js";
export { type EpochRecord, epochRecordSchema, type TrainSummary, trainSummarySchema } from "./training.js";
