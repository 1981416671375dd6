/**
 * pipeline.json: everything that one pipeline does, in one file.
 *
 * Options of the data set and of the model are left open here (`looseObject`): each data set and each model
 * brings its own schema, and the plan stage checks them against it.
 */
import { z } from "zod";
import { assign, parseAssignments } from "./assignments.js";
import { UserError } from "./error.js";
import { parseWith } from "./parse.js";

const profileNames = ["quick", "full"] as const;
export type ProfileName = (typeof profileNames)[number];
/** The profile of a run if GUMBEL_PROFILE is unset. */
export const defaultProfile: ProfileName = "quick";

const count = z.int().min(1);

/** `"mnist"` or `{ "name": "moons", "noise": 0.1 }`. */
const named = z.union([z.string().min(1), z.looseObject({ name: z.string().min(1) })]);

const ingestFields = z.strictObject({
  limit: count
    .nullable()
    .default(null)
    .describe("Keep only this many examples, evenly over the splits; null keeps all."),
});

/** The training examples that keep their label; run r trains on draw `seed` + r. */
const labelFields = z.strictObject({
  count: count.describe("How many training examples keep their label."),
  draw: z
    .enum(["per-class", "random"])
    .default("per-class")
    .describe("Evenly over the classes, or at random."),
  seed: z
    .int()
    .min(0)
    .default(0)
    .describe("The first run's draw, run r takes seed + r; independent of the training seed."),
});

/** The optimizers with their constants; the learning rate stands in a field of its own. */
export const adamFields = z.strictObject({
  name: z.literal("adam"),
  beta1: z.number().min(0).lt(1).default(0.9).describe("Decay of the mean of the gradients."),
  beta2: z.number().min(0).lt(1).default(0.999).describe("Decay of the mean of their squares."),
  epsilon: z.number().positive().default(1e-8).describe("Added to the denominator."),
});
export const sgdFields = z.strictObject({
  name: z.literal("sgd"),
  momentum: z.number().min(0).lt(1).default(0.9).describe("Share of the last step in the next."),
});

const trainFields = z.strictObject({
  seeds: count.default(1).describe("How many independent runs; run r trains with seed + r."),
  threads: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      "Threads of each run on the native engine. With one, several seeds are trained soonest, side by side; with more, a single seed is. They change the last bits, so that the machine does not choose.",
    ),
  epochs: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe("Passes over the data; null takes the model's own."),
  batchSize: count.nullable().default(null).describe("Examples in a step; null takes the model's own."),
  labelledPerBatch: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      "Labelled examples that come with every batch, beside `batchSize` others; null takes the model's own.",
    ),
  learningRate: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Step size; null takes the model's own."),
  optimizer: z
    .union([z.enum(["adam", "sgd"]), z.discriminatedUnion("name", [adamFields, sgdFields])], {
      error: 'expected "adam" or "sgd", or an object with that name and its constants',
    })
    .nullable()
    .default(null)
    .describe("Adam or SGD with momentum, by name or with its constants; null takes the model's own."),
  split: z
    .enum(["all", "train"])
    .default("all")
    .describe(
      "Unsupervised tables of the field train and evaluate on all data; `train` keeps the test split out.",
    ),
  restarts: z
    .strictObject({
      count: count
        .default(1)
        .describe("Short runs from different starts, of which the lowest total loss goes on."),
      epochs: count.default(1).describe("Length of each short run, in epochs."),
    })
    .prefault({})
    .describe("Choice among random starts by the unsupervised objective alone, never by labels."),
  pretrainedFrom: z
    .string()
    .nullable()
    .default(null)
    .describe("Name of the pipeline whose trained weights this one starts from; same seed, same weights."),
  snapshots: z
    .strictObject({
      at: z
        .array(count)
        .default([1, 2, 5, 10, 20, 50, 80, 100, 150, 300])
        .describe("After which epochs or steps; those beyond the run's end are left out."),
      unit: z.enum(["epoch", "step"]).default("epoch").describe("What `at` counts."),
      examples: count
        .default(2000)
        .describe("Evenly spaced examples that are looked at; the same each time."),
    })
    .prefault({})
    .describe("Moments of training at which the latents and clusters of some examples are kept."),
});

const extractFields = z.strictObject({
  batchSize: count.default(1000).describe("Examples encoded at once; does not change the result."),
  generatedPerCluster: z
    .int()
    .min(0)
    .default(10)
    .describe("Generated examples per cluster: fixed c, z ~ N(0, I)."),
  styleExamples: z.int().min(0).default(10).describe("Test examples whose z is decoded under every cluster."),
  reconstructions: z.int().min(0).default(20).describe("Test examples shown beside their reconstruction."),
  interpolations: z
    .int()
    .min(0)
    .default(8)
    .describe("Pairs of test examples from different clusters, with what is decoded between them."),
});

const evaluateFields = z.strictObject({
  knn: z
    .strictObject({
      k: z.array(count).min(1).default([3, 5, 10]).describe("Neighbours that vote."),
      queries: count
        .nullable()
        .default(null)
        .describe(
          "How many test examples are voted on, evenly spaced; null: all, or as many as a minute is enough for.",
        ),
    })
    .prefault({}),
  validationSplit: z
    .enum(["train", "test"])
    .default("train")
    .describe("Where the simple approach looks for the example that names each cluster."),
});

const reportFields = z.strictObject({
  title: z
    .string()
    .nullable()
    .default(null)
    .describe("Heading of the page; null makes one of data set and model."),
  samplesPerCluster: z.int().min(1).default(12).describe("Examples shown per cluster."),
  map: z
    .strictObject({
      methods: z
        .array(z.enum(["umap", "tsne"]))
        .default(["umap", "tsne"])
        .describe("Layouts beside that by principal components, which is always there."),
      examples: count.default(2000).describe("Size of the stated subsample that the map shows."),
    })
    .prefault({})
    .describe("The 2-D map of the latents."),
});

const fields = {
  dataset: named.describe("Which data set: one line to swap."),
  model: named.describe("Which system, with its options."),
  seed: z.int().min(0).default(0).describe("The one seed from which everything random follows."),
  labels: labelFields
    .nullable()
    .default(null)
    .describe("Partly labelled data; null: no label is ever seen in training."),
  ingest: ingestFields.prefault({}),
  train: trainFields.prefault({}),
  extract: extractFields.prefault({}),
  evaluate: evaluateFields.prefault({}),
  report: reportFields.prefault({}),
};

const resolvedSchema = z.strictObject(fields);
/** A pipeline with its profile applied and every default filled in. */
export type Pipeline = z.output<typeof resolvedSchema>;

/** A profile overrides any field but the data set; its contents are checked after they are merged in. */
const override = z.looseObject({});

const pipelineSchema = z
  .strictObject({
    $schema: z.string().optional(),
    ...fields,
    profiles: z
      .strictObject({ quick: override.default({}), full: override.default({}) })
      .prefault({})
      .describe(
        "What each profile changes: `quick` (the default) takes minutes, `full` as long as the method needs.",
      ),
  })
  .describe("One data set through one system. Checked by `gumbel-plan`.");

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `changes` laid over `base`: objects are merged field by field, anything else is replaced. */
function merge(base: unknown, changes: unknown): unknown {
  if (!isObject(base) || !isObject(changes)) return changes;
  const merged: Json = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    merged[key] = key in merged ? merge(merged[key], value) : value;
  }
  return merged;
}

/** `"mnist"` as `{ name: "mnist" }`, so that a profile can add options to it. */
const asObject = (value: unknown): unknown => (typeof value === "string" ? { name: value } : value);

/**
 * Checks the contents of a pipeline.json, applies `profile`, then `set`, and fills in the defaults.
 *
 * @param where the file, for the errors
 * @param set assignments to fields, as GUMBEL_SET has them
 * @throws UserError naming each field that is wrong.
 */
export function resolvePipeline(contents: unknown, profile: ProfileName, where: string, set = ""): Pipeline {
  const { $schema: _, profiles, ...base } = parseWith(pipelineSchema, contents, where);
  const changes = profiles[profile] as Json;
  // The raw contents are merged, not the parsed ones, so that a default never hides behind a profile.
  const raw: Json = { ...(contents as Json) };
  delete raw.$schema;
  delete raw.profiles;
  raw.dataset = asObject(base.dataset);
  raw.model = asObject(base.model);
  const changed = { ...changes, ...("model" in changes && { model: asObject(changes.model) }) };
  const merged = merge(raw, changed) as Json;
  const assignments = parseAssignments(set, "environment variable GUMBEL_SET");
  return parseWith(
    resolvedSchema,
    assign(merged, assignments, "environment variable GUMBEL_SET"),
    `${where}, profile ${profile}${set === "" ? "" : `, GUMBEL_SET=${JSON.stringify(set)}`}`,
  );
}

/** `name` and the remaining options of a data set or model field. */
export function splitNamed(field: Pipeline["dataset"]): { name: string; options: Json } {
  if (typeof field === "string") return { name: field, options: {} };
  const { name, ...options } = field;
  return { name, options };
}

/** The JSON Schema of pipeline.json (draft 2020-12), for editor completion. */
export function pipelineJsonSchema(): object {
  return z.toJSONSchema(pipelineSchema, { io: "input" });
}

/**
 * The seeds that GUMBEL_SEEDS lists, as `1` or `0,2`, in order; all if unset. Turbo's hash knows the variable.
 *
 * @param all the seeds of the pipeline
 * @throws UserError if one of them is not a seed of the pipeline.
 */
export function seedsFromEnvironment(value: string | undefined, all: number[]): number[] {
  if (value === undefined || value === "") return all;
  const listed = new Set(value.split(",").map((each) => each.trim()));
  const chosen = all.filter((seed) => listed.delete(`${seed}`));
  if (listed.size === 0) return chosen;
  throw new UserError({
    what: `"${[...listed][0]}" is no seed of this pipeline`,
    where: "environment variable GUMBEL_SEEDS",
    expected: `some of ${all.join(",")}`,
  });
}

export { evaluateFields, extractFields, labelFields, profileNames, reportFields, trainFields };
