/** The stages of a pipeline, in their order; each reads what those before it wrote. */
export const stageNames = ["ingest", "train", "extract", "evaluate", "report"] as const;
export type PlannedStage = (typeof stageNames)[number];
