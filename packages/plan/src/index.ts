export { digestsOfData } from "./data.js";
export { makePlans } from "./plans.js";
export { datasetTitle, publishedName, systemTitle } from "./titles.js";
