export { type Problem, UserError, renderError } from "./error.js";
export {
  type Pipeline,
  type ProfileName,
  pipelineJsonSchema,
  profileFromEnvironment,
  profileNames,
  resolvePipeline,
  splitNamed,
} from "./pipeline.js";
export {
  type EvaluatePlan,
  type ExtractPlan,
  type IngestPlan,
  type PlannedStage,
  type ReportPlan,
  type TrainPlan,
  evaluatePlanSchema,
  extractPlanSchema,
  ingestPlanSchema,
  planSchemas,
  reportPlanSchema,
  trainPlanSchema,
} from "./plans.js";
export { parseWith } from "./parse.js";
