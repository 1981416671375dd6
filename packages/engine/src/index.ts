export { type Engine, type EngineName, engineNames, startEngine } from "./engine.js";
export { startsNative } from "./load.js";
export * from "./portable.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
