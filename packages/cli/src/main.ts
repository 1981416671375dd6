/** The `gumbel` command. */
import { resolve } from "node:path";
import { renderError } from "@gumbel/config";
import { datasetNames } from "@gumbel/datasets";
import { systemNames } from "@gumbel/models";
import { Command } from "commander";
import { doctor } from "./doctor.js";
import { newMembers, newPipeline, rewriteTasks } from "./newPipeline.js";
import { recordRun } from "./record.js";
import { showReport } from "./report.js";
import { writeSchemas } from "./schemas.js";
import { watch } from "./watch.js";
import { why } from "./why.js";

interface NewOptions {
  dataset: string;
  model: string;
  pretrainedFrom?: string;
  study?: string;
}

const root = resolve(import.meta.dirname, "../../..");
const program = new Command("gumbel").description("Deep clustering pipelines").showHelpAfterError();

program
  .command("doctor")
  .description("show the tensor engine and why no better one runs, cores, memory, the folders of data")
  .option("--fix", "install the native engine if possible")
  .option("--cuda", "with --fix: the engine for NVIDIA's GPUs (2.1 GB); the default if GUMBEL_ENGINE is cuda")
  .action(doctor);

program
  .command("new")
  .description("create a pipeline of one data set and one model")
  .argument("<name>", "its name, and that of its folder under pipelines/")
  .requiredOption("--dataset <name>", datasetNames.join(", "))
  .requiredOption("--model <name>", systemNames.join(", "))
  .option("--pretrained-from <pipeline>", "start from that pipeline's trained weights")
  .option(
    "--study <name>",
    "make it a member of that study, named <dataset>-<model>, without a report of its own",
  )
  .action((name: string, options: NewOptions) =>
    newPipeline(root, {
      name,
      dataset: options.dataset,
      model: options.model,
      pretrainedFrom: options.pretrainedFrom ?? null,
      study: options.study ?? null,
    }),
  );

program
  .command("tasks")
  .description("rewrite package.json and turbo.json of every pipeline, after a stage was added")
  .action(() => rewriteTasks(root));

program
  .command("members")
  .description("create the missing members of a study's tables and sweeps")
  .argument("<study>", "its folder under studies/: benchmark")
  .action((study: string) => newMembers(root, study));

program
  .command("record")
  .description("record the figures of a member's finished run, which its study shows if nothing has run")
  .argument("<pipeline>", "a member of a study: mnist-dec")
  .action((pipeline: string) => recordRun(root, pipeline));

program
  .command("report")
  .description("print the path of a pipeline's report, or of the overview of all pipelines")
  .argument("[pipeline]", "without one: the overview")
  .option("--pdf", "write it as a PDF, with a Chromium, Chrome or Edge on this machine")
  .action(async (pipeline: string | undefined, { pdf }: { pdf?: true }) => {
    await showReport(root, pipeline, pdf);
  });

program
  .command("watch")
  .description("show running trainings in a browser on this machine")
  .argument("[pipeline]", "without one: every pipeline")
  .option("--port <number>", "port of 127.0.0.1; a free one by default", Number, 0)
  .action((pipeline: string | undefined, { port }: { port: number }) => watch(root, pipeline, port));

program
  .command("why")
  .description(
    "show why each stage of a pipeline last ran: the setting, file, version or code that had changed",
  )
  .argument("<pipeline>", "usps, or mnist-dec of a study")
  .action((pipeline: string) => why(root, pipeline));

program
  .command("schema")
  .description(
    "write the JSON Schemas of pipeline.json, for editor completion, and of report.json, and the table of fields in the docs",
  )
  .action(() => writeSchemas(root));

try {
  await program.parseAsync();
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}
