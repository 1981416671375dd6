export { type Engine, startEngine } from "./engine.js";
export * from "./portable.js";
export {
  cacheFolder,
  type NativeStatus,
  type Provisioned,
  probeNative,
  provisionNative,
} from "./provision/index.js";
export { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
