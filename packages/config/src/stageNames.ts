/** Every stage after `plan`, in the order in which they run. */
export const stageNames = ["ingest", "train", "extract", "evaluate", "report"] as const;
export type StageName = (typeof stageNames)[number];

/** The stages whose output decides a pipeline's figures: all but its page. */
export const figureStages = stageNames.filter((name) => name !== "report");
