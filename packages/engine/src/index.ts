export * as tf from "@tensorflow/tfjs-core";
export { type Engine, type EngineName, engineNames, startEngine } from "./engine.js";
export { batchNormTraining } from "./kernels/batchNorm.js";
export { constant } from "./kernels/constant.js";
export { type DenseActivation, dense } from "./kernels/dense.js";
export { bernoulliLoss, categoricalKl, gaussianKl, squaredError } from "./kernels/losses.js";
export { searchProducts } from "./kernels/product.js";
export { relu } from "./kernels/relu.js";
export { Adam, type AdamOptions } from "./optimizers/adam.js";
export type { Objective, Optimizer } from "./optimizers/optimizer.js";
export { Sgd, type SgdOptions } from "./optimizers/sgd.js";
export { type NamedArray, type Parameter, Parameters } from "./parameters.js";
export {
  type Build,
  cacheFolder,
  type NativeStatus,
  type Provisioned,
  probeNative,
  provisionNative,
} from "./provision/index.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
