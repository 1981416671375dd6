/** The edge to the pipeline whose weights this one starts from, which turbo has to know. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { parseJson } from "@gumbel/workspace";
import { z } from "zod";

const turboSchema = z.looseObject({
  tasks: z
    .looseObject({
      train: z
        .looseObject({
          dependsOn: z.array(z.string()).default([]),
          inputs: z.array(z.union([z.string(), z.looseObject({ from: z.array(z.string()) })])).default([]),
        })
        .optional(),
    })
    .default({}),
});

/**
 * Checks that turbo trains the pipeline `pretrainedFrom` before this one, and this one again when its weights have changed.
 * Written into pipeline.json by hand, the edge is missing in turbo.json, and old weights would stay in the cache. A pipeline
 * without turbo.json is not run by turbo.
 *
 * @throws UserError if the edge is missing.
 */
export async function checkEdges(folder: string, pretrainedFrom: string | null): Promise<void> {
  const file = join(folder, "turbo.json");
  if (pretrainedFrom === null || !existsSync(file)) return;
  const withoutComments = (await readFile(file, "utf8")).replace(/^\s*\/\/.*$/gm, "");
  const { tasks } = parseWith(turboSchema, parseJson(withoutComments, file), file);
  const source = `@pipelines/${pretrainedFrom}#train`;
  const { dependsOn = [], inputs = [] } = tasks.train ?? {};
  const isRead = inputs.some((input) => typeof input === "object" && input.from.includes(source));
  if (dependsOn.includes(source) && isRead) return;
  throw new UserError({
    what: `the pipeline starts from ${pretrainedFrom}, and turbo does not know it`,
    where: `${file}, tasks.train`,
    expected: `${source} in dependsOn and in the inputs`,
    hint: "pnpm gumbel tasks writes it, then pnpm install",
  });
}
