export { fitMixture } from "./clustering/gmm.js";
export { fitKMeans, type KMeansOptions, type KMeansResult } from "./clustering/kmeans.js";
export { loadSystem, systemNames } from "./registry.js";
export type {
  Batch,
  BuildContext,
  DataDescription,
  Encoding,
  Model,
  Place,
  Pretraining,
  System,
  TrainingData,
  UnfinishedEncoding,
} from "./system.js";
