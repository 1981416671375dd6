export type { Dataset, OpenContext, OpenDataset, OwnBatch } from "./dataset.js";
export { type Look, lookAt } from "./files/look.js";
export { prepareTexts, type TextPreparation } from "./files/textSet.js";
export { datasetFile, datasetNames, loadDataset } from "./registry.js";
