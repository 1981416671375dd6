export { newFromFile } from "./newFromFile.js";
export { newPipeline } from "./newPipeline.js";
