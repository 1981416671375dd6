export type { Dataset, DatasetInfo, ExampleBatch, OpenContext, OpenDataset } from "./dataset.js";
export { datasetFile, datasetNames, loadDataset } from "./registry.js";
