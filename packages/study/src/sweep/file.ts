/** The file of a sweep: a pipeline, the values that some of its fields take, and the cells that follow. */
import { basename, join, relative, resolve } from "node:path";
import {
  type Assignment,
  assignForGood,
  environment,
  type ProfileName,
  parseWith,
  resolvePipeline,
  splitNamed,
  UserError,
} from "@gumbel/config";
import { describeMetric, type MetricDescription } from "@gumbel/metrics";
import { makePlans } from "@gumbel/plan";
import { stream } from "@gumbel/random";
import { describeFollowed } from "@gumbel/results";
import { checkedName, findPipeline, listPipelines, localStudy, readJson, sha256 } from "@gumbel/workspace";
import { z } from "zod";

const rangeSchema = z.strictObject({
  from: z.number(),
  to: z.number(),
  scale: z.enum(["linear", "log"]).default("linear"),
  /** True for whole numbers. */
  whole: z.boolean().default(false),
});
type Range = z.output<typeof rangeSchema>;

const seedsField = "train.seeds";

const sweepSchema = z
  .strictObject({
    /** Name of the pipeline that the cells are variants of. */
    pipeline: z.string(),
    /** Values of each field, by its path: `train.learningRate`; for draws also a range. */
    vary: z
      .record(
        z.string(),
        z.union([z.array(z.json()).min(1), rangeSchema], {
          error:
            'expected a list of values, or { "from", "to" } with "scale": "log" and "whole": true if wanted',
        }),
      )
      .default({}),
    /** So many cells drawn at random; null: every combination. */
    draws: z.int().min(1).nullable().default(null),
    /** The seed of the draws. */
    seed: z.int().min(0).default(0),
    /** Runs of each cell; null: as many as the pipeline has. */
    seeds: z.int().min(1).nullable().default(null),
    /** The figure by which cells are compared: a metric, or `loss`. */
    criterion: z.string().default("silhouette"),
  })
  .superRefine(({ vary, draws }, context) => {
    for (const [field, values] of Object.entries(vary)) {
      const refuse = (message: string): void =>
        context.addIssue({ code: "custom", path: ["vary", field], message });
      if (field === seedsField) refuse('the number of runs is the field "seeds" of the sweep');
      if (Array.isArray(values)) continue;
      if (draws === null) refuse('a range is drawn from: "draws" says how often; a grid has lists of values');
      if (!(values.from < values.to)) refuse("expected from < to");
      if (values.scale === "log" && values.from <= 0) refuse("a logarithmic range begins above 0");
    }
  });

/** One field and its value in a cell. */
export interface Setting {
  field: string;
  value: z.core.util.JSONType;
}

/** One setting of the varied fields: a pipeline of its own, with a run for each seed. */
export interface Cell {
  /** The pipeline's name: that of the sweep and a digest of the settings, so that a cell stays what it is when others come. */
  name: string;
  /** Its folder, relative to the project's root. */
  folder: string;
  settings: Setting[];
  /** Contents of its pipeline.json. */
  config: Record<string, unknown>;
  pretrainedFrom: string | null;
  seeds: number[];
}

/** The description of a cell's figure: a metric, or `loss`. */
export const describeFigure = (name: string): MetricDescription =>
  name === "loss" ? describeFollowed(name) : describeMetric(name);

export interface Sweep extends Omit<z.output<typeof sweepSchema>, "seeds" | "vary"> {
  name: string;
  /** The path of its file. */
  file: string;
  profile: ProfileName;
  /** The better direction of the criterion. */
  better: "low" | "high";
  /** The varied fields: those with several values. */
  fields: string[];
  cells: Cell[];
}

/**
 * Reads a sweep's file and checks every cell as a pipeline.json is checked.
 *
 * @throws UserError naming the field and the value that is wrong, or that there is no such pipeline.
 */
export async function readSweep(root: string, file: string): Promise<Sweep> {
  const { profile, set } = environment();
  if (set !== undefined) {
    throw new UserError({
      what: "GUMBEL_SET does not go with a sweep, whose cells are what its file says",
      where: `GUMBEL_SET=${JSON.stringify(set)}`,
      expected: 'a list of one value in the file: "vary": { "train.epochs": [3] }',
    });
  }
  const { seeds, vary, ...spec } = parseWith(sweepSchema, await readJson(file), file);
  const name = checkedName(
    basename(file, ".json"),
    `the name of ${file} without .json, which is that of the sweep`,
  );
  if ((await listPipelines(root)).some((pipeline) => pipeline.name === name)) {
    throw new UserError({
      what: `a pipeline is named "${name}"`,
      where: file,
      hint: "give the file another name",
    });
  }
  const { better } = describeFigure(spec.criterion);
  if (better === null) {
    throw new UserError({
      what: `cells cannot be compared by "${spec.criterion}"`,
      where: `${file}, field criterion`,
      expected: "silhouette, accuracy, nmi or another name in evaluation.json; or loss",
    });
  }
  const base = await findPipeline(root, spec.pipeline);
  const contents = (await readJson(join(base.folder, "pipeline.json"))) as Record<string, unknown>;
  const cells = new Map<string, Cell>();
  for (const settings of settingsOf(vary, spec)) {
    const key = JSON.stringify([...settings].sort((a, b) => (a.field < b.field ? -1 : 1)));
    const cellName = `${name}-${sha256(key).slice(0, 8)}`;
    if (cells.has(cellName)) continue;
    const folder = `studies/${localStudy}/${name}/${cellName.slice(name.length + 1)}`;
    const all = seeds === null ? settings : [...settings, { field: seedsField, value: seeds }];
    await checkSettings(base.folder, spec.pipeline, profile, all, file);
    const moved = withMovedPath(contents, base.folder, join(root, folder));
    const config = {
      ...assignForGood(moved, assignmentsOf(all), file),
      $schema: relative(folder, "pipelines/pipeline.schema.json"),
    };
    const { seed, train } = resolvePipeline(config, profile, file);
    cells.set(cellName, {
      name: cellName,
      folder,
      settings,
      config,
      pretrainedFrom: train.pretrainedFrom,
      seeds: Array.from({ length: train.seeds }, (_, run) => seed + run),
    });
  }
  const found = [...cells.values()];
  const fields = Object.keys(vary).filter(
    (field) => new Set(found.map((cell) => textOf(cell, field))).size > 1,
  );
  return { ...spec, name, file, profile, better, fields, cells: found };
}

/** The value of a field in a cell, as text. */
export const textOf = ({ settings }: Pick<Cell, "settings">, field: string): string => {
  const value = settings.find((each) => each.field === field)?.value;
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** `train.learningRate=0.01 model.wG=2`, as GUMBEL_SET and `gumbel set` take it. */
export const assignmentsText = (settings: readonly Setting[]): string =>
  settings.map(({ field, value }) => `${field}=${JSON.stringify(value)}`).join(" ");

const assignmentsOf = (settings: readonly Setting[]): Assignment[] =>
  settings.map(({ field, value }) => ({ field: field.split("."), value }));

/** Every combination of the values, the last field fastest; or so many draws. */
function settingsOf(
  vary: z.output<typeof sweepSchema>["vary"],
  { draws, seed }: { draws: number | null; seed: number },
): Setting[][] {
  const fields = Object.entries(vary);
  if (draws === null) {
    return fields.reduce<Setting[][]>(
      (cells, [field, values]) =>
        cells.flatMap((cell) => (values as Setting["value"][]).map((value) => [...cell, { field, value }])),
      [[]],
    );
  }
  // A stream for each field, so that more draws only add cells.
  const drawers = fields.map(([field, values]) => {
    const random = stream(seed, "sweep", field);
    return (): Setting => ({
      field,
      value: Array.isArray(values) ? values[random.int(values.length)]! : drawn(values, random.uniform()),
    });
  });
  return Array.from({ length: draws }, () => drawers.map((draw) => draw()));
}

/** The number at `u` in (0, 1) of a range, of three significant digits. */
function drawn({ from, to, scale, whole }: Range, u: number): number {
  const value = scale === "log" ? from * (to / from) ** u : from + u * (to - from);
  return whole ? Math.round(value) : Number(value.toPrecision(3));
}

/** Checks that the pipeline takes these settings. @throws UserError naming them. */
async function checkSettings(
  folder: string,
  pipeline: string,
  profile: ProfileName,
  settings: Setting[],
  file: string,
): Promise<void> {
  try {
    await makePlans(folder, pipeline, profile, { set: assignmentsText(settings) });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, where, expected } = error.problem;
    // The options of the data set and of the system are named without these.
    const [, of] = /, field (\w+)$/.exec(where ?? "") ?? [];
    throw new UserError({
      what: `${pipeline} with ${assignmentsText(settings)}: ${of === undefined ? "" : `${of}.`}${what}`,
      where: `${file}, field vary`,
      ...(expected !== undefined && { expected }),
      hint: "every field and its meaning: docs/configuration.md",
    });
  }
}

/** The contents of a pipeline.json for another folder: the path of the user's own file counts from the pipeline's. */
function withMovedPath(contents: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  const { name, options } = splitNamed(contents.dataset as string);
  if (name !== "file" || typeof options.path !== "string") return contents;
  const path = relative(to, resolve(from, options.path)).replaceAll("\\", "/");
  return { ...contents, dataset: { ...(contents.dataset as object), path } };
}
