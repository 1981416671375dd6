export { digestsOfData } from "./data.js";
export { findSystem } from "./ownSystem.js";
export { makePlans } from "./plans.js";
export { completedOptions, datasetTitle, optionTexts, publishedName, systemTitle } from "./titles.js";
