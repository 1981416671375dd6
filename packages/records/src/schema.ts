/** What a record keeps of a finished run, and how records of several seeds become one. */
import { isDeepStrictEqual } from "node:util";
import { departureFields, profileNames, trainPlanSchema } from "@gumbel/config";
import { checkSummary, digest, figuresSchema, summaryOf, summarySchema } from "@gumbel/tables";
import { z } from "zod";

const figure = z.number().nullable();

/** The most values of a curve that a record keeps. */
export const longestCurve = 300;

const { epochs, batchSize, labelledPerBatch, optimizer, split, restarts, pretrainedFrom } =
  trainPlanSchema.shape;
/** The settings that a record keeps: the options of the system and its schedule. */
export const settingsSchema = z.object({
  options: z.record(z.string(), z.json()),
  epochs,
  batchSize,
  labelledPerBatch,
  optimizer,
  split,
  restarts,
  pretrainedFrom,
});

const curveSchema = z.strictObject({
  /** `accuracy`, `loss`, the name of a term: see `describeFollowed`. */
  name: z.string(),
  /** The last epoch. */
  last: z.int().min(1),
  /** Rounded, evenly spaced up to the last epoch: see `epochsOf`; null if there was none. */
  values: z.array(figure).max(longestCurve),
});
/** A quantity of one run by epoch. */
export type KeptCurve = z.output<typeof curveSchema>;

export const recordSchema = z
  .strictObject({
    pipeline: z.string(),
    dataset: z.string(),
    model: z.string(),
    ...departureFields,
    profile: z.enum(profileNames),
    /** Number of training examples that kept their label; null without any. */
    labels: z.int().min(1).nullable(),
    /** Only so many examples of the data set were taken in; null: all. */
    limit: z.int().min(1).nullable(),
    settings: settingsSchema,
    /** Code that trains otherwise than today's, by its time; null for today's. */
    madeWith: z.enum(["before phases"]).nullable(),
    /** SHA-256 of the settings that its figures follow from, by `<pipeline>/<stage>`: see `configDigests`. */
    config: z.record(z.string(), digest),
    /** SHA-256 of the ingested examples, and how many there are. */
    data: z.strictObject({ sha256: digest, examples: z.int().min(1) }),
    /** Over the runs, by name of the figure; `std` has n - 1 in the denominator, null for one run. */
    summary: summarySchema,
    runs: z
      .array(
        z.strictObject({
          seed: z.int().min(0),
          epochs: z.int().min(0),
          /** Last epoch's total; null for a system without one. */
          loss: figure,
          figures: figuresSchema,
          /** Absent in records that were written before there were any. */
          curves: z.array(curveSchema).optional(),
        }),
      )
      .min(1),
    /** What figures of studies draw of one run: the one with the lowest loss of those recorded together. */
    drawn: z
      .strictObject({
        seed: z.int().min(0),
        /** By name of the part; each kind of figure has a schema of its own. */
        parts: z.record(z.string(), z.unknown()),
      })
      .optional(),
    /** Where the runs come from, the latest last: all at once, or some seeds at a time. */
    made: z
      .array(
        z.strictObject({
          seeds: z.array(z.int().min(0)).min(1),
          /** Of everything that can change the figures. */
          versions: z.record(z.string(), z.string()),
          machine: z.strictObject({
            platform: z.string(),
            node: z.string(),
            cpu: z.string(),
            cores: z.int().min(1),
            memoryBytes: z.number(),
          }),
          /** When the runs were evaluated. */
          date: z.iso.datetime(),
          /** Wall time by stage; training that was interrupted counts from its last start. */
          seconds: z.record(z.string(), z.number().min(0)),
        }),
      )
      .min(1),
  })
  .superRefine(({ summary, runs, made }, context) => {
    const seeds = made.flatMap((part) => part.seeds).sort((a, b) => a - b);
    if (seeds.join() !== runs.map(({ seed }) => seed).join()) {
      context.addIssue({ code: "custom", path: ["made"], message: "expected each seed of the runs once" });
    }
    checkSummary({ summary, runs }, context);
  });
/** The figures of a run, and the settings, data and machine they were made with. */
export type RunRecord = z.output<typeof recordSchema>;
type Drawn = NonNullable<RunRecord["drawn"]>;

/** Epochs of the values of a curve that ends at `last`: every one, or every second, third, … and the last. */
export function epochsOf(last: number): number[] {
  const step = Math.ceil(last / longestCurve);
  return Array.from({ length: Math.ceil(last / step) }, (_, i) => Math.min((i + 1) * step, last));
}

/** When the latest of its runs was evaluated. */
export const dateOf = ({ made }: RunRecord): string => made.at(-1)!.date;

/** Seconds of all stages, of all seeds. */
export const secondsOf = ({ made }: Pick<RunRecord, "made">): number =>
  made.flatMap(({ seconds }) => Object.values(seconds)).reduce((sum, value) => sum + value, 0);

/**
 * A record with the runs of another: seeds that both have are the new one's. Undefined if they do not belong together:
 * other settings, data or versions.
 */
export function joined(before: RunRecord, now: RunRecord): RunRecord | undefined {
  const kindOf = ({ runs: _r, summary: _s, drawn: _d, made, ...rest }: RunRecord) => ({
    ...rest,
    versions: made.at(-1)!.versions,
  });
  if (!isDeepStrictEqual(kindOf(before), kindOf(now))) return undefined;
  const fresh = new Set(now.runs.map(({ seed }) => seed));
  const runs = [...before.runs.filter(({ seed }) => !fresh.has(seed)), ...now.runs].sort(
    (a, b) => a.seed - b.seed,
  );
  const made = before.made
    .map((part) => ({ ...part, seeds: part.seeds.filter((seed) => !fresh.has(seed)) }))
    .filter(({ seeds }) => seeds.length > 0);
  const summary = Object.fromEntries(Object.keys(now.summary).map((name) => [name, summaryOf(runs, name)]));
  const lossOf = ({ seed }: Drawn): number =>
    runs.find((run) => run.seed === seed)?.loss ?? Number.POSITIVE_INFINITY;
  const kept = before.drawn && !fresh.has(before.drawn.seed) ? [before.drawn] : [];
  const [drawn] = [...(now.drawn ? [now.drawn] : []), ...kept].sort((a, b) => lossOf(a) - lossOf(b));
  return { ...now, runs, summary, ...(drawn && { drawn }), made: [...made, ...now.made] };
}
