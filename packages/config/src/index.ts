export { type Problem, renderError, UserError } from "./error.js";
export { parseWith } from "./parse.js";
export {
  type Pipeline,
  type ProfileName,
  pipelineJsonSchema,
  profileFromEnvironment,
  profileNames,
  resolvePipeline,
  seedsFromEnvironment,
  splitNamed,
} from "./pipeline.js";
export {
  type EvaluatePlan,
  type ExtractPlan,
  evaluatePlanSchema,
  extractPlanSchema,
  type IngestPlan,
  ingestPlanSchema,
  planSchemas,
  type ReportPlan,
  reportPlanSchema,
  type TrainPlan,
  trainPlanSchema,
} from "./plans.js";
export { type PlannedStage, stageNames } from "./stages.js";
