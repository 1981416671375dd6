/** report.json of the overview: every pipeline of the workspace, for programs and for the page's own script. */
import { reportSchema } from "@gumbel/results";
import { z } from "zod";

const common = {
  id: z.string().describe("The pipeline's name; followed by `@record` for a record of an earlier run."),
  pipeline: z.string(),
  study: z.string().nullable().describe("The study it is a member of."),
  studies: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        page: z
          .string()
          .nullable()
          .describe("Path of its page from the overview's folder; null if it has none yet."),
      }),
    )
    .describe("The studies it is a member of, or whose tables and figures name it."),
};
const commonSchema = z.strictObject(common);

const { profile, dataset, model, variantOf, departures, metrics, curves, runs } = reportSchema.shape;

const finishedSchema = z.strictObject({
  ...common,
  state: z.literal("finished"),
  origin: z
    .enum(["run", "record"])
    .describe("`run`: its artifacts are here; `record`: a study has the figures of an earlier run."),
  page: z.string().nullable().describe("Path of its report from the overview's folder; null if it has none."),
  notes: z.array(z.string()).describe("Warnings about these figures."),
  title: z.string(),
  profile,
  dataset: dataset.pick({ name: true, title: true, n: true }),
  limited: z.boolean().describe("True if only a part of the data set's examples was used."),
  model: model.pick({ name: true, title: true }),
  variantOf,
  departures,
  madeWith: z
    .string()
    .nullable()
    .describe("The code of a record that earlier code trained; null if it is today's."),
  seeds: z.int().describe("Number of runs that the figures are the mean of."),
  runs,
  made: z
    .array(z.strictObject({ seeds: z.array(z.int()), date: z.string(), cpu: z.string(), cores: z.int() }))
    .describe("When and on which machine the seeds of a record were run; none for a run that is here."),
  metrics,
  curves,
  settings: z
    .record(z.string(), z.json())
    .describe("Every setting with its default; for a record, those that it has."),
  seconds: z.number().describe("Seconds of all stages' last runs."),
  start: z
    .strictObject({
      pipeline: z.string(),
      seconds: z
        .number()
        .nullable()
        .describe("Of all its stages, and of those that it starts from in its turn; null if it is not here."),
    })
    .nullable()
    .describe("The pipeline whose trained weights it starts from."),
  date: z.string().nullable().describe("Time of the evaluation."),
  cached: z
    .array(z.string())
    .nullable()
    .describe(
      "Stages that did not run since the last overview, or whose files a cache restored. Null if that is not recorded.",
    ),
  ran: z.array(z.string()).nullable().describe("The other stages. Null if that is not recorded."),
});

const otherSchema = z.strictObject({
  ...common,
  state: z
    .enum(["problem", "running", "failed", "unfinished", "not run"])
    .describe("`problem`: there are files, but they cannot be shown."),
  what: z.string().describe("A sentence that replaces the figures."),
  hint: z.string().nullable().describe("The next step for the user."),
});

const entrySchema = z.discriminatedUnion("state", [finishedSchema, otherSchema]);

export const overviewSchema = z
  .array(entrySchema)
  .describe("Every pipeline of the workspace: artifacts/overview/report/report.json.");

export type Common = z.output<typeof commonSchema>;
export type Entry = z.output<typeof entrySchema>;
export type Finished = z.output<typeof finishedSchema>;
export type Other = z.output<typeof otherSchema>;
export type Curve = Finished["curves"][number];
