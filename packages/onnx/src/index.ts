export { type ExportOptions, exportEncoder, type InputScaling } from "./exportEncoder.js";
export { opset } from "./proto.js";
