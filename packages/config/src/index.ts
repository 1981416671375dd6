export { type Assignment, assign, assignForGood, parseAssignments } from "./assignments.js";
export { type Departure, departureFields } from "./departureFields.js";
export { type Departing, departuresText, isAsPublished, limitField } from "./departures.js";
export { type Environment, engineNames, environment } from "./environment.js";
export { type Problem, problemOf, renderError, UserError } from "./error.js";
export { parseWith } from "./parse.js";
export {
  type Pipeline,
  type ProfileName,
  pipelineJsonSchema,
  profileNames,
  resolvePipeline,
  seedsFromEnvironment,
  splitNamed,
} from "./pipeline.js";
export {
  type ComparedRecord,
  type EngineName,
  type EvaluatePlan,
  type ExtractPlan,
  evaluatePlanSchema,
  extractPlanSchema,
  type IngestPlan,
  ingestPlanSchema,
  type PlannedEngine,
  type ReportPlan,
  reportPlanSchema,
  type TrainPlan,
  trainPlanSchema,
} from "./plans.js";
export { figureStages, type PlanOf, planEnv, type StageName, stageNames, stages } from "./stages.js";
