export { makePlans } from "./plans.js";
export { datasetTitle, systemTitle } from "./titles.js";
