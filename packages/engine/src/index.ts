export { type Engine, type EngineName, engineNames, startEngine } from "./engine.js";
export * from "./portable.js";
export {
  type Build,
  type NativeStatus,
  type Provisioned,
  probeNative,
  provisionNative,
} from "./provision/index.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
