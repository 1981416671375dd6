import { join } from "node:path";
import { pipelineJsonSchema } from "@gumbel/config";
import { toJson, writeFileAtomic } from "@gumbel/workspace";

/** Writes every published schema to where it is checked in. */
export async function writeSchemas(root: string): Promise<void> {
  // Only here: the overview brings the pages' plots along, and no other command needs them.
  const { jsonSchemas } = await import("@gumbel/overview");
  await writeFileAtomic(join(root, "pipelines", "pipeline.schema.json"), toJson(pipelineJsonSchema()));
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    await writeFileAtomic(join(root, "docs", name), toJson(schema));
  }
}
