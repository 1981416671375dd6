/** The data that a pipeline reads, by its content: turbo does not see files outside of the pipeline's folder change. */
import { existsSync } from "node:fs";
import { type IngestPlan, UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { rememberedDigest } from "@gumbel/workspace";

/**
 * SHA-256 of each file of the pipeline's data set, as its plan keeps it. Files that are not on this machine are downloaded.
 *
 * @param folder the pipeline's
 * @throws UserError if a file is missing and cannot be downloaded.
 */
export async function digestsOfData(
  { dataset, options }: Pick<IngestPlan, "dataset" | "options">,
  folder: string,
): Promise<Record<string, string>> {
  const { files } = await loadDataset(dataset);
  const paths = Object.entries((await files?.(options, { folder, log: console.log })) ?? {});
  for (const [, path] of paths) {
    if (existsSync(path)) continue;
    throw new UserError({
      what: "the data file is missing",
      where: path,
      hint: "dataset.path counts from the pipeline's folder",
    });
  }
  return Object.fromEntries(
    await Promise.all(paths.map(async ([name, path]) => [name, await rememberedDigest(path)])),
  );
}
