export { loadSystem, systemNames } from "./registry.js";
export type {
  Batch,
  BuildContext,
  DataDescription,
  Encoding,
  Model,
  System,
  TrainingData,
} from "./system.js";
