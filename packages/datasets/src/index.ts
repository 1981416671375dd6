export type { Dataset, OpenContext, OpenDataset } from "./dataset.js";
export { datasetFile, datasetNames, loadDataset } from "./registry.js";
