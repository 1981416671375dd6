/**
 * The one list of stages. The task table in packages/tasks/turbo.json says the same to turbo, and a test compares the two.
 */
import type { z } from "zod";
import {
  evaluatePlanSchema,
  extractPlanSchema,
  ingestPlanSchema,
  reportPlanSchema,
  trainPlanSchema,
} from "./plans.js";

/** A stage of a pipeline. */
interface StageEntry {
  /** Schema of its plan file. */
  plan: z.ZodType;
  /** The stages whose output it reads. */
  reads: string[];
  /** Environment that it needs and that changes no result: what does is in the plan. */
  passThroughEnv: string[];
}

/** Every stage after `plan`, in the order in which they run. */
export const stages = {
  ingest: {
    plan: ingestPlanSchema,
    reads: [],
    // Folders of data: the content of the files in them is in the plan.
    passThroughEnv: ["GUMBEL_DATA", "HOME", "XDG_CACHE_HOME"],
  },
  train: {
    plan: trainPlanSchema,
    reads: ["ingest"],
    // The engine is in the plan; that it was chosen by name allows long training on a slow one.
    passThroughEnv: ["GUMBEL_CHECKPOINT_SECONDS", "GUMBEL_ENGINE"],
  },
  extract: {
    plan: extractPlanSchema,
    reads: ["ingest", "train"],
    passThroughEnv: [],
  },
  evaluate: {
    plan: evaluatePlanSchema,
    reads: ["ingest", "train", "extract"],
    passThroughEnv: [],
  },
  report: {
    plan: reportPlanSchema,
    reads: ["ingest", "train", "extract", "evaluate"],
    passThroughEnv: [],
  },
} satisfies Record<string, StageEntry>;

export type StageName = keyof typeof stages;
export const stageNames = Object.keys(stages) as StageName[];

/** The stages whose output decides a pipeline's figures: all but its page. */
export const figureStages = stageNames.filter((name) => name !== "report");

/** Contents of a stage's plan file. */
export type PlanOf<Name extends StageName> = z.output<(typeof stages)[Name]["plan"]>;

/** Environment of `plan`, which writes what follows from it into the plans. */
export const planEnv = [
  "GUMBEL_DATA",
  "GUMBEL_ENGINE",
  "GUMBEL_PROFILE",
  "GUMBEL_SEEDS",
  "GUMBEL_SET",
  "HOME",
  "XDG_CACHE_HOME",
];
