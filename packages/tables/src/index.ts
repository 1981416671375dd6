export {
  type ArrowTable,
  type Column,
  type Columns,
  column,
  readTable,
  TableWriter,
  writeTable,
} from "./arrow.js";
export { readBatches, readSchema } from "./arrowFile.js";
export { beginning } from "./beginning.js";
export { isMissing, largestFloat32, parseDecimal } from "./decimal.js";
export {
  checkSummary,
  type Evaluation,
  evaluationFields,
  evaluationSchema,
  figuresSchema,
  summaryOf,
  summarySchema,
} from "./evaluation.js";
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
  splitRows,
  splits,
} from "./examples.js";
export {
  checkedBytes,
  checkFinished,
  finishedDigest,
  finishedName,
  finishedSchema,
  withChecksum,
} from "./kept.js";
export {
  Artifacts,
  describeFiles,
  digest,
  type Manifest,
  manifestSchema,
  writeManifest,
} from "./manifest.js";
export { freeName, OriginalWriter, originalFile, readOriginal } from "./original.js";
export { type PictureGrid, writePictures } from "./pictures.js";
export {
  type ColumnMethod,
  columnMethods,
  type Fill,
  featureNames,
  fitPreparation,
  type Preparation,
  type PreparedFeature,
  preparedFeatures,
  prepareRows,
  type RawRows,
  type TablePreparation,
} from "./preparation.js";
export { readSnapshots, type Snapshot, type Snapshots, writeSnapshots } from "./snapshots.js";
export {
  type ColumnSummary,
  isProse,
  missingAt,
  mostCategories,
  NumberSummarizer,
  type NumberSummary,
  type RawColumn,
  type Summarizer,
  TextSummarizer,
  type TextSummary,
  textOf,
} from "./summary.js";
export { type EpochRecord, epochRecordSchema, type TrainSummary, trainSummarySchema } from "./training.js";
export { Unseen } from "./unseen.js";
