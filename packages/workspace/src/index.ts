export { cacheFolder } from "./cacheFolder.js";
export { readJson, sha256, sha256File, toJson, writeFileAtomic } from "./files.js";
export { isHeld, withLock } from "./lock.js";
export {
  findRoot,
  listPipelines,
  type PipelinePlace,
  readStudy,
  recordKeepers,
  type Study,
  type StudyFigure,
} from "./pipelines.js";
export { allPoints, nameOfParameter, type Point, pointsOf } from "./points.js";
