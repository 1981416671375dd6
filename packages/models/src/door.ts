/**
 * What a user's own system may import, as `@gumbel/models/system`: the interface, and pieces that it can be made of. docs/api.md
 * lists it; nothing else of ours is for a user's code.
 */
export { UserError } from "@gumbel/config";
export {
  add,
  bernoulliLoss,
  type DenseActivation,
  dense,
  div,
  gather,
  gaussianKl,
  gaussianSample,
  matMul,
  mul,
  type NamedArray,
  type Objective,
  type OptimizerOptions,
  oneHot,
  type Parameter,
  Parameters,
  relu,
  slice,
  squaredError,
  sub,
  sumRows,
  tf,
  transpose,
} from "@gumbel/engine";
export type { RandomStream } from "@gumbel/random";
export { z } from "zod";
export { fitKMeans, type KMeansOptions, type KMeansResult } from "./clustering/kmeans.js";
export { encodeAll } from "./encodeAll.js";
export { DenseLayer, DenseNetwork } from "./networks/dense.js";
export { normals } from "./networks/noise.js";
export {
  classCount,
  clusterCount,
  clustersOption,
  hiddenOption,
  kmeansSettings,
  weightOption,
} from "./options.js";
export type * from "./system.js";
export { binarised } from "./training/binarise.js";
export { Centroids } from "./training/centroids.js";
export { halvesOf, type LabelledBatch } from "./training/labelledBatch.js";
export { weighted } from "./training/objective.js";
export { adam, mainPhase, phase, ramp, sgd } from "./training/phases.js";
export { crossEntropyTo, oneHotRows } from "./training/targets.js";
