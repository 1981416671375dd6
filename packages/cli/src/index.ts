export { newPipeline } from "./newPipeline.js";
