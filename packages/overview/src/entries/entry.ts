/** report.json of the overview: every pipeline of the workspace, for machines and for the page's own script. */
import { reportSchema } from "@gumbel/results";
import { z } from "zod";

const common = {
  id: z.string().describe("The pipeline's name; with `@record` behind it for a record of an earlier run."),
  pipeline: z.string(),
  study: z.string().nullable().describe("The study that it is a member of."),
};

const { profile, dataset, model, variantOf, departures, metrics, curves } = reportSchema.shape;

const finishedSchema = z.strictObject({
  ...common,
  state: z.literal("finished"),
  origin: z
    .enum(["run", "record"])
    .describe("Whether its artifacts lie here, or a study keeps the figures of an earlier run."),
  page: z.string().nullable().describe("Its report, from the overview's folder; null where it has none."),
  notes: z.array(z.string()).describe("What a reader must know of these figures."),
  title: z.string(),
  profile,
  dataset: dataset.pick({ name: true, title: true, n: true }),
  limited: z.boolean().describe("Whether only a part of the data set's examples was taken in."),
  model: model.pick({ name: true, title: true }),
  variantOf,
  departures,
  madeWith: z.string().nullable().describe("Of a record made with earlier code: which; null for today's."),
  seeds: z.int().describe("Runs that its figures are the mean of."),
  metrics,
  curves,
  settings: z
    .record(z.string(), z.json())
    .describe("Every setting with its default; of a record, those it holds."),
  seconds: z.number().describe("Of all stages, when each last ran."),
  date: z.string().nullable().describe("When it was evaluated."),
  cached: z
    .array(z.string())
    .nullable()
    .describe(
      "Stages whose files were there already: none of it ran since the overview was last made, or a cache restored " +
        "them. Null where that is not known.",
    ),
});

const otherSchema = z.strictObject({
  ...common,
  state: z
    .enum(["problem", "running", "failed", "unfinished", "not run"])
    .describe("`problem`: something is there that cannot be shown."),
  what: z.string().describe("What there is instead of figures, in a sentence."),
  hint: z.string().nullable().describe("What to do about it."),
});

const entrySchema = z.discriminatedUnion("state", [finishedSchema, otherSchema]);

export const overviewSchema = z
  .array(entrySchema)
  .describe("Every pipeline of the workspace: artifacts/overview/report/report.json.");

export type Entry = z.output<typeof entrySchema>;
export type Finished = z.output<typeof finishedSchema>;
export type Other = z.output<typeof otherSchema>;
export type Curve = Finished["curves"][number];
