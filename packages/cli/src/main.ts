/** The `gumbel` command. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { renderError, UserError } from "@gumbel/config";
import { datasetNames } from "@gumbel/datasets/registry";
import { systemNames } from "@gumbel/models/registry";
import { findRoot } from "@gumbel/workspace";
import { Command, InvalidArgumentError, Option } from "commander";
import { addCompletion } from "./completion.js";
import type { ExportTargets } from "./export.js";
import { type ForPrograms, forPrograms } from "./forPrograms.js";
import type { FromFile } from "./newFromFile.js";
import type { SweepOptions } from "./sweep.js";

// What a command does is imported by its action: all of it together takes a second to load.

interface NewOptions {
  dataset?: string;
  data?: string;
  label?: string;
  text?: string;
  ignore?: string[];
  missingValues?: string[];
  missing: FromFile["missing"];
  clusters?: string;
  model?: string;
  pretrainedFrom?: string;
  study?: string;
  run?: true;
  system?: string;
}

/** The system of a pipeline of the user's own file, if none is named: the simplest that learns features. */
const defaultModel = "ae-kmeans";

const ownDatasets = datasetNames.filter((name) => name !== "file");
const root = projectRoot();
const program = new Command("gumbel")
  .description("Deep clustering pipelines")
  .version(ownVersion(), "--version", "the version of Gumbel")
  .showHelpAfterError("gumbel --help lists the commands");

program
  .command("doctor")
  .description("show the tensor engine and why no better one runs, cores, memory, the folders of data")
  .option("--fix", "install the native engine if possible")
  .option("--cuda", "with --fix: the engine for NVIDIA's GPUs (2.1 GB); the default if GUMBEL_ENGINE is cuda")
  .addOption(forPrograms())
  .action(async (options: ForPrograms & { fix?: true; cuda?: true }) =>
    (await import("./doctor.js")).doctor(options),
  );

program
  .command("new")
  .description("create a pipeline of one data set, or of your own file, and one model")
  .argument("[name]", "its name, and that of its folder under pipelines/")
  .addOption(new Option("--dataset <name>", ownDatasets.join(", ")).conflicts("data"))
  .option("--data <path>", "your own file or folder of files, in place of a data set")
  .option("--label <column>", "with --data: the column of the class, which training does not see")
  .option("--text <column>", "with --data: the column whose words are the features, in place of all columns")
  .option("--ignore <columns...>", "with --data: columns to leave out")
  .option("--missing-values <values...>", "with --data: what stands for a missing value, as -999")
  .addOption(
    new Option("--missing <how>", "with --data: what to do about missing values")
      .choices(["error", "drop", "mean", "median"])
      .default("error"),
  )
  .option(
    "--clusters <number>",
    'with --data: how many clusters, or "auto"; the number of classes if labelled',
  )
  .option("--run", "with --data: run it to its report as well")
  .option(
    "--system <name>",
    "instead of a pipeline, write the skeleton of a system of your own: systems/<name>.ts",
  )
  .option("--model <name>", `${systemNames.join(", ")}; with --data ${defaultModel} by default`)
  .option("--pretrained-from <pipeline>", "start from that pipeline's trained weights")
  .option(
    "--study <name>",
    "make it a member of that study, named <dataset>-<model>, without a report of its own",
  )
  .action((name: string | undefined, options: NewOptions) => create(name, options));

program
  .command("init")
  .description("make a project of your own, outside of this clone, or bring one to the version of this clone")
  .argument("<folder>", "../my-project")
  .action(async (folder: string) => (await import("./initProject.js")).initProject(folder));

program
  .command("tasks")
  .description("rewrite package.json and turbo.json of every pipeline, after a stage was added")
  .action(async () => (await import("./newPipeline.js")).rewriteTasks(root));

program
  .command("members")
  .description("create the missing members of a study's tables and sweeps")
  .argument("<study>", "its folder under studies/: benchmark")
  .action(async (study: string) => (await import("./newPipeline.js")).newMembers(root, study));

program
  .command("tables")
  .description("write the tables of a study, of what has run and of the records")
  .argument("<study>", "its folder under studies/: mine")
  .action(async (study: string) => (await import("@gumbel/study")).reproduce(root, study));

program
  .command("record")
  .description(
    "record the figures, curves and pictures of a finished run, which a study shows if nothing has run",
  )
  .argument("<pipeline>", "a member of a study: mnist-dec")
  .option("--replace", "replace a record of other settings, data or versions, or one that is damaged")
  .action(async (pipeline: string, { replace }: { replace?: true }) =>
    (await import("./record.js")).recordRun(root, pipeline, replace),
  );

program
  .command("report")
  .description("print the path of a pipeline's report, or of the overview of all pipelines")
  .argument("[pipeline]", "without one: the overview")
  .option("--pdf", "write it as a PDF, with a Chromium, Chrome or Edge on this machine")
  .option("--single", "write it as one HTML file, playground and report.json inside, to be mailed")
  .action(async (pipeline: string | undefined, { pdf, single }: { pdf?: true; single?: true }) => {
    const { showReport } = await import("./report.js");
    await showReport(root, pipeline, pdf ? "pdf" : single ? "single" : undefined);
  });

program
  .command("predict")
  .description(
    "write the cluster of every row of a new file, by a pipeline's trained model, beside the row's columns",
  )
  .argument("<pipeline>", "sensors")
  .argument("<file>", "a file or folder with the columns of training")
  .option("--out <file>", "ends with .csv, .parquet or .arrow; <file>.clusters.csv by default")
  .action(async (pipeline: string, file: string, { out }: { out?: string }) =>
    (await import("./predict.js")).predict(root, pipeline, file, out),
  );

program
  .command("export")
  .description("write a pipeline's trained model as a file for other programs")
  .argument("<pipeline>", "sensors")
  .option("--onnx [file]", "its encoder with preparation and clusters; the default")
  .option("--safetensors [file]", "all its weights")
  .action(async (pipeline: string, targets: ExportTargets) =>
    (await import("./export.js")).exportModel(root, pipeline, targets),
  );

program
  .command("set")
  .description("set fields of a pipeline.json for good, checked, also in the profiles that set them")
  .argument("<pipeline>", "sensors")
  .argument("<assignments...>", "train.epochs=5 model.wG=6 profiles.full.train.seeds=3")
  .action(async (pipeline: string, assignments: string[]) =>
    (await import("./set.js")).setFields(root, pipeline, assignments),
  );

program
  .command("list")
  .description("print every pipeline: data set, system, profile, whether it is finished, figures, date")
  .option("--all", "also members of studies that have not run here")
  .addOption(forPrograms())
  .action(async (options: ForPrograms & { all?: true }) => (await import("./list.js")).list(root, options));

program
  .command("compare")
  .description("print the settings of two pipelines that differ, and their figures")
  .argument("<first>")
  .argument("<second>", "its figures less those of the first are the difference")
  .addOption(forPrograms())
  .action(async (first: string, second: string, options: ForPrograms) =>
    (await import("./list.js")).compare(root, first, second, options),
  );

program
  .command("clean")
  .description("remove outputs and checkpoints, never data, settings, records or turbo's cache")
  .argument("[pipeline]", "or a sweep, with its cells; without one: of every pipeline and sweep")
  .option("--yes", "without asking")
  .action(async (pipeline: string | undefined, options: { yes?: true }) =>
    (await import("./clean.js")).clean(root, pipeline, options),
  );

program
  .command("sweep")
  .description("run variants of a pipeline, every combination or drawn at random, and compare them on a page")
  .argument("<file>", "JSON: the pipeline, the fields that vary, seeds and criterion")
  .option("--show", "only write the page of what is there, as while the sweep runs elsewhere")
  .addOption(forPrograms())
  .option("--at-once <number>", "cells side by side; as many as fill the cores by default", wholeNumber)
  .addOption(
    new Option("--driver <name>", "slurm: write them as a job array, to be submitted")
      .choices(["local", "slurm"])
      .default("local"),
  )
  .action(async (file: string, options: SweepOptions) =>
    (await import("./sweep.js")).sweep(root, file, options),
  );

program
  .command("watch")
  .description("show running trainings in a browser on this machine")
  .argument("[pipeline]", "without one: every pipeline")
  .option("--port <number>", "port of 127.0.0.1; a free one by default", Number, 0)
  .action(async (pipeline: string | undefined, { port }: { port: number }) =>
    (await import("./watch.js")).watch(root, pipeline, port),
  );

program
  .command("why")
  .description(
    "show why each stage of a pipeline last ran: the setting, file, version or code that had changed",
  )
  .argument("<pipeline>", "usps, or mnist-dec of a study")
  .addOption(forPrograms())
  .action(async (pipeline: string, options: ForPrograms) =>
    (await import("./why.js")).why(root, pipeline, options),
  );

program
  .command("verify")
  .description("check every output, record and cache entry against the digests that were written with it")
  .addOption(forPrograms())
  .action(async (options: ForPrograms) => (await import("./verify.js")).printVerified(root, options));

program
  .command("schema")
  .description(
    "write the JSON Schemas of pipeline.json, for editor completion, and of report.json, and the table of fields in the docs",
  )
  .action(async () => (await import("./schemas.js")).writeSchemas(root));

/** @throws InvalidArgumentError if the text is no whole number of at least 1. */
function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number of at least 1");
}

function ownVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The project around the current folder, the user's own or a clone; outside of any, the clone of this command. */
function projectRoot(): string {
  try {
    return findRoot(process.cwd());
  } catch (error) {
    if (error instanceof UserError) return resolve(import.meta.dirname, "../../..");
    throw error;
  }
}

async function create(name: string | undefined, options: NewOptions): Promise<void> {
  const { dataset, data, model, missing, system } = options;
  if (system !== undefined) return (await import("./newSystem.js")).newSystem(root, system);
  if (name === undefined) {
    throw new UserError({
      what: "a pipeline needs a name",
      where: "gumbel new",
      expected: "gumbel new NAME, or gumbel new --system NAME for a system of your own",
    });
  }
  if (data !== undefined) {
    const { label = null, text = null, ignore = [], missingValues = [], clusters } = options;
    const { newFromFile } = await import("./newFromFile.js");
    await newFromFile(root, {
      name,
      data,
      label,
      text,
      ignore,
      missing,
      missingValues,
      clusters,
      model: model ?? defaultModel,
    });
    if (options.run) await (await import("./runPipeline.js")).runPipeline(root, name);
    return;
  }
  if (dataset === undefined || model === undefined) {
    throw new UserError({
      what: "a pipeline needs a data set and a model, or your own file",
      where: "gumbel new",
      expected: "--dataset NAME --model NAME, or --data FILE",
    });
  }
  const { pretrainedFrom = null, study = null } = options;
  const { newPipeline } = await import("./newPipeline.js");
  await newPipeline(root, { name, dataset, model, pretrainedFrom, study });
}

try {
  await addCompletion(program, root);
  await program.parseAsync();
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}
