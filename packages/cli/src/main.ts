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
  .description(
    "which tensor engine runs here and why not a better one, cores, memory, where data is looked for",
  )
  .option("--fix", "get the native engine where that can be done")
  .option("--cuda", "with --fix: the engine for NVIDIA's GPUs (2.1 GB); so too where GUMBEL_ENGINE is cuda")
  .action(doctor);

program
  .command("new")
  .description("make a pipeline of one data set and one model")
  .argument("<name>", "its name, and its folder's under pipelines/")
  .requiredOption("--dataset <name>", datasetNames.join(", "))
  .requiredOption("--model <name>", systemNames.join(", "))
  .option("--pretrained-from <pipeline>", "start from that pipeline's trained weights")
  .option(
    "--study <name>",
    "make it a member of that study, named <dataset>-<model>, without a report of its own",
  )
  .action((name: string, given: NewOptions) =>
    newPipeline(root, {
      name,
      dataset: given.dataset,
      model: given.model,
      pretrainedFrom: given.pretrainedFrom ?? null,
      study: given.study ?? null,
    }),
  );

program
  .command("tasks")
  .description("write package.json and turbo.json of every pipeline anew, after a stage was added")
  .action(() => rewriteTasks(root));

program
  .command("members")
  .description("make the members that a study's tables name and that are not there yet")
  .argument("<study>", "its folder under studies/: benchmark")
  .action((study: string) => newMembers(root, study));

program
  .command("record")
  .description("keep the figures of a member's finished run, for its study to show where nothing has run")
  .argument("<pipeline>", "a member of a study: mnist-dec")
  .action((pipeline: string) => recordRun(root, pipeline));

program
  .command("report")
  .description("where a pipeline's report lies, or the overview of all pipelines")
  .argument("[pipeline]", "without one: the overview")
  .option("--pdf", "make a PDF of it, by a Chromium, Chrome or Edge on this machine")
  .action(async (pipeline: string | undefined, { pdf }: { pdf?: true }) => {
    await showReport(root, pipeline, pdf);
  });

program
  .command("watch")
  .description("look at training while it runs, in a browser on this machine")
  .argument("[pipeline]", "without one: every pipeline")
  .option("--port <number>", "of 127.0.0.1; a free one is taken without it", Number, 0)
  .action((pipeline: string | undefined, { port }: { port: number }) => watch(root, pipeline, port));

program
  .command("why")
  .description("why each stage of a pipeline last ran: which setting, file, version or code had changed")
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
