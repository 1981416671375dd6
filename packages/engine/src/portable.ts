/** The part of the engine that needs no Node: this package's entry for a browser, whose page sets the backend. */
export * as tf from "@tensorflow/tfjs-core";
export { matrixRows } from "./core/native.js";
export { type NamedArray, type Parameter, Parameters } from "./core/parameters.js";
export { batchNormTraining } from "./kernels/batchNorm.js";
export { constant } from "./kernels/constant.js";
export { type DenseActivation, dense } from "./kernels/dense.js";
export { engineDistances } from "./kernels/distances.js";
export { type DiagonalMixture, type Expectation, expectDiagonal } from "./kernels/expectation.js";
export {
  bernoulliLoss,
  bernoulliLosses,
  categoricalKl,
  gaussianKl,
  gaussianSample,
  squaredError,
} from "./kernels/losses.js";
export { type Frame, findNearest, type Nearest } from "./kernels/nearest.js";
export { oneHot } from "./kernels/oneHot.js";
export { engineSearch, searchProducts } from "./kernels/product.js";
export { relu } from "./kernels/relu.js";
export { engineUmapPass, type UmapPass } from "./kernels/umapPass.js";
export { Adam, type AdamOptions } from "./optimizers/adam.js";
export { makeOptimizer, type OptimizerOptions } from "./optimizers/makeOptimizer.js";
export { type Objective, type Optimizer, scalarsOf } from "./optimizers/optimizer.js";
export { Sgd, type SgdOptions } from "./optimizers/sgd.js";
export { add, div, gather, matMul, mul, slice, sub, sumRows, transpose } from "./shapes.js";
