export { artifactPath, linkArtifacts, pageAddress, pageLink } from "./artifacts.js";
export { cacheFolder } from "./cacheFolder.js";
export {
  filesBelow,
  parseJson,
  readJson,
  sha256,
  sha256File,
  sha256Path,
  toCompactJson,
  toJson,
  writeFileAtomic,
} from "./files.js";
export { holdForRun, isHeld, withLock } from "./lock.js";
export { checkedName } from "./names.js";
export {
  compiledSystem,
  ownSystemFile,
  ownSystemKey,
  ownSystemNames,
  ownSystemsFolder,
  ownSystemUrl,
} from "./ownSystems.js";
export {
  findPipeline,
  findRoot,
  listPipelines,
  localStudy,
  memberFolder,
  type PipelineFolder,
} from "./pipelines.js";
export { allPoints, nameOfParameter, type Point, pointsOf } from "./points.js";
export { isRunning, peakMemory, turboAbove } from "./processes.js";
export { remembered, rememberedDigest, rememberedOf, stateOf } from "./remember.js";
export {
  isPublishedRow,
  memberRow,
  pipelineOfRow,
  readStudies,
  readStudy,
  recordStudies,
  type Study,
  type StudyFigure,
  studiesOf,
} from "./study.js";
