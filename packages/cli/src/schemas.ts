import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipelineJsonSchema } from "@gumbel/config";
import { toJson, writeFileAtomic } from "@gumbel/workspace";
import { withConfigurationTable } from "./configurationTable.js";

/** Writes every published schema, and the table of fields in docs/configuration.md, to their tracked files. */
export async function writeSchemas(root: string): Promise<void> {
  // Imported here: the overview loads the pages' plots, which no other command needs.
  const { jsonSchemas } = await import("@gumbel/overview");
  await writeFileAtomic(join(root, "pipelines", "pipeline.schema.json"), toJson(pipelineJsonSchema()));
  const configuration = join(root, "docs", "configuration.md");
  await writeFileAtomic(configuration, withConfigurationTable(await readFile(configuration, "utf8")));
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    await writeFileAtomic(join(root, "docs", name), toJson(schema));
  }
}
