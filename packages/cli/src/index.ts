export { markdownTable } from "./markdownTable.js";
export { newFromFile } from "./newFromFile.js";
export { newPipeline } from "./newPipeline.js";
export { singleFile } from "./singleFile.js";
