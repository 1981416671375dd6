export type { StageName } from "@gumbel/config";
export { changesOf, type InputsRecord, readInputs, whyItRan } from "./inputs.js";
export { type Live, type LiveProgress, type LiveRun, liveFolder, readLive } from "./live.js";
export { type Run, readRun, runStage, type Stage } from "./stage.js";
export { findWorkspace, isAtWork, onPause, Paused, runTask, type Workspace } from "./task.js";
