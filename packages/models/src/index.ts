export { agglomerative } from "./clustering/agglomerative.js";
export { type CountedClusters, countClusters } from "./clustering/countClusters.js";
export { dbscan } from "./clustering/dbscan.js";
export { fitMixture } from "./clustering/gmm/em.js";
export { fitKMeans, type KMeansOptions, type KMeansResult } from "./clustering/kmeans.js";
export { drawRows } from "./drawing.js";
export { loadTrained } from "./loadTrained.js";
export { DenseNetwork } from "./networks/dense.js";
export { settingsFor } from "./ownSettings.js";
export { doorName } from "./provideDoor.js";
export { loadSystem, systemFile, systemNames } from "./registry.js";
export type {
  Batch,
  BatchShape,
  BuildContext,
  DataDescription,
  Decoder,
  Encoder,
  Encoding,
  Generator,
  Model,
  Phase,
  Player,
  Position,
  Schedule,
  System,
  TrainingData,
  UnfinishedEncoding,
} from "./system.js";
export { weighted } from "./training/objective.js";
