export type { Dataset, OpenContext, OpenDataset } from "./dataset.js";
export { datasetNames, loadDataset } from "./registry.js";
