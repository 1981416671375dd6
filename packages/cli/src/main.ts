/** The `gumbel` command. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipelineJsonSchema, renderError } from "@gumbel/config";
import { datasetNames } from "@gumbel/datasets";
import { systemNames } from "@gumbel/models";
import { Command } from "commander";
import { doctor } from "./doctor.js";
import { newPipeline } from "./newPipeline.js";

const root = resolve(import.meta.dirname, "../../..");
const program = new Command("gumbel").description("Deep clustering pipelines").showHelpAfterError();

program
  .command("doctor")
  .description(
    "which tensor engine runs here and why not a better one, cores, memory, where data is looked for",
  )
  .option("--fix", "get the native engine where that can be done")
  .action(doctor);

program
  .command("new")
  .description("make a pipeline of one data set and one model")
  .argument("<name>", "its name, and its folder's under pipelines/")
  .requiredOption("--dataset <name>", datasetNames.join(", "))
  .requiredOption("--model <name>", systemNames.join(", "))
  .action((name: string, { dataset, model }: { dataset: string; model: string }) =>
    newPipeline(root, name, dataset, model),
  );

program
  .command("schema")
  .description("write the JSON Schema of pipeline.json, for editor completion")
  .action(() =>
    writeFile(
      join(root, "pipelines", "pipeline.schema.json"),
      `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`,
    ),
  );

try {
  await program.parseAsync();
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}
