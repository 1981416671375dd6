export { engineToUse } from "./choose.js";
export { type Engine, startEngine } from "./engine.js";
export * from "./portable.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
export { type KernelCall, startTracer, traceKernels, type Value } from "./trace/trace.js";
