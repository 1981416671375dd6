import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipelineJsonSchema } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";
import { withFieldTable } from "./fieldTable.js";

/** The JSON Schema whose fields a document under docs/ lists, by the document's name. */
export async function fieldsOfDocuments(): Promise<Record<string, object>> {
  const { optionsSchema } = await loadDataset("file");
  return {
    "configuration.md": pipelineJsonSchema(),
    "data.md": z.toJSONSchema(optionsSchema, { io: "input" }),
  };
}

/** Writes every published schema, and the tables of fields in the documents, to their tracked files. */
export async function writeSchemas(root: string): Promise<void> {
  // Imported here: the overview loads the pages' plots, which no other command needs.
  const { jsonSchemas } = await import("@gumbel/overview");
  const { shapesJsonSchema } = await import("./shapes.js");
  await writeFileAtomic(join(root, "pipelines", "pipeline.schema.json"), toJson(pipelineJsonSchema()));
  for (const [name, schema] of Object.entries(await fieldsOfDocuments())) {
    const document = join(root, "docs", name);
    await writeFileAtomic(document, withFieldTable(await readFile(document, "utf8"), schema, document));
  }
  const schemas = { ...jsonSchemas(), "cli.schema.json": shapesJsonSchema() };
  for (const [name, schema] of Object.entries(schemas)) {
    await writeFileAtomic(join(root, "docs", name), toJson(schema));
  }
}
