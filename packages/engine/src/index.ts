export { type Engine, type EngineName, engineNames, startEngine } from "./engine.js";
export * from "./portable.js";
export { startsNative } from "./provision/load.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
export { type KernelCall, startTracer, traceKernels, type Value } from "./trace/trace.js";
