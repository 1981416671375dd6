export type { StageName } from "@gumbel/config";
export { changesOf, type InputsRecord, readInputs, whyItRan } from "./inputs.js";
export { type Live, type LiveProgress, type LiveRun, liveFolder, readLive } from "./live.js";
export {
  findWorkspace,
  type Run,
  readRun,
  runStage,
  type Stage,
  type Workspace,
} from "./stage.js";
