export { fitMixture } from "./clustering/gmm.js";
export { fitKMeans, type KMeansOptions, type KMeansResult } from "./clustering/kmeans.js";
export { fitUmap } from "./clustering/umap.js";
export { loadSystem, systemFile, systemNames } from "./registry.js";
export {
  type Batch,
  type BuildContext,
  type DataDescription,
  type Encoding,
  evenlySpaced,
  type Model,
  type Place,
  type Pretraining,
  type System,
  type TrainingData,
  type UnfinishedEncoding,
} from "./system.js";
