export * as tf from "@tensorflow/tfjs-core";
export { Adam, type AdamOptions, type Objective } from "./adam.js";
export { type Engine, startEngine } from "./engine.js";
export { type Normalised, batchNormTraining } from "./kernels/batchNorm.js";
export { type DenseActivation, dense } from "./kernels/dense.js";
export { bernoulliLoss, categoricalKl, gaussianKl, squaredError } from "./kernels/losses.js";
export { type NamedArray, type Parameter, Parameters } from "./parameters.js";
export { type NativeStatus, type Provisioned, cacheFolder, probeNative, provisionNative } from "./provision/index.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
