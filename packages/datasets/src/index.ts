export type { Dataset, DatasetInfo, ExampleBatch, OpenContext, OpenDataset } from "./dataset.js";
export { datasetNames, loadDataset } from "./registry.js";
