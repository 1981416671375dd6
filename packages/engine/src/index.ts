export { type Engine, type EngineName, engineNames, startEngine } from "./engine.js";
export * from "./portable.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
