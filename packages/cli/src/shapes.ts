/** What commands print with --json, as docs/cli.schema.json describes it; `list` prints docs/overview.schema.json. */
import { engineNames, stageNames } from "@gumbel/config";
import { sweepResultSchema } from "@gumbel/study";
import { z } from "zod";

const number = z.number().nullable();

export const compareSchema = z.strictObject({
  pipelines: z.tuple([z.string(), z.string()]),
  settings: z
    .array(z.strictObject({ field: z.string(), values: z.array(z.string().nullable()) }))
    .describe("Those that differ; null if one of the two has no such setting."),
  figures: z.array(
    z.strictObject({
      name: z.string(),
      better: z.enum(["low", "high"]).nullable(),
      values: z.array(z.strictObject({ mean: number, std: number, n: z.int() }).nullable()),
      difference: number.describe("The second less the first."),
    }),
  ),
});

export const doctorSchema = z.strictObject({
  engine: z.string().nullable().describe("The one that starts; null if none does."),
  engines: z.partialRecord(z.enum(engineNames), z.string()).describe("Each, or why it does not run."),
  cores: z.int(),
  memory: z.strictObject({ bytes: z.number(), free: z.number() }),
  node: z.string(),
  pnpm: z.string().nullable(),
  data: z.string().describe("GUMBEL_DATA, and what is there."),
  cache: z.strictObject({ folder: z.string(), bytes: z.number() }),
});

export const verifySchema = z.strictObject({
  artifacts: z.int().describe("Outputs of stages that were looked at."),
  kept: z.int().describe("Checkpoints and finished seeds."),
  records: z.int(),
  cached: z.int().describe("Entries of turbo's cache."),
  problems: z.array(z.strictObject({ what: z.string(), hint: z.string() })),
});

export const whySchema = z.strictObject({
  pipeline: z.string(),
  stages: z.array(
    z.strictObject({
      stage: z.enum(stageNames),
      started: z.string().nullable().describe("When its last finished run began."),
      reason: z.string(),
    }),
  ),
});

/** JSON Schema (draft 2020-12) of every shape, by command. */
export const shapesJsonSchema = (): object => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  description: "What commands of gumbel print with --json, by command.",
  $defs: Object.fromEntries(
    Object.entries({
      compare: compareSchema,
      doctor: doctorSchema,
      sweep: sweepResultSchema,
      verify: verifySchema,
      why: whySchema,
    }).map(([name, schema]) => {
      const { $schema: _, ...shape } = z.toJSONSchema(schema);
      return [name, shape];
    }),
  ),
});
