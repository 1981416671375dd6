export { answerColumns, blockRows, clustersOf, type NamedColumn } from "./assign.js";
export { predictFile } from "./predict.js";
export { openTrained, type Trained } from "./trained.js";
export { answerWriter } from "./writers.js";
