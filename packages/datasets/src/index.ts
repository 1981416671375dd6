export type { Dataset, OpenContext, OpenDataset, OwnBatch } from "./dataset.js";
export { type Look, lookAt } from "./files/look.js";
export { type NewRows, openNewRows } from "./files/newRows.js";
export { datasetFile, datasetNames, loadDataset } from "./registry.js";
