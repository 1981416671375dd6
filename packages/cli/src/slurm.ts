/** `gumbel sweep FILE --driver slurm`: the cells as one job array of Slurm. */
import { join } from "node:path";
import type { Cell, Sweep } from "@gumbel/study";
import { localStudy, writeFileAtomic } from "@gumbel/workspace";

/**
 * Writes the script of the array, in the folder of the sweep.
 *
 * @param cells those to run
 * @returns its path
 */
export async function writeArray(root: string, { name, file }: Sweep, cells: Cell[]): Promise<string> {
  const folder = join(root, "studies", localStudy, name);
  const path = join(folder, "sweep.sbatch");
  await writeFileAtomic(path, arrayScript(root, folder, { name, file }, cells));
  return path;
}

/** What a job of the array runs; sbatch's own options, as --partition and --time, go before the script. */
function arrayScript(
  root: string,
  folder: string,
  { name, file }: Pick<Sweep, "name" | "file">,
  cells: Cell[],
): string {
  const seeds = Math.max(...cells.map((cell) => cell.seeds.length));
  return `#!/bin/sh
#SBATCH --job-name=gumbel-${name}
#SBATCH --array=0-${cells.length - 1}
#SBATCH --cpus-per-task=${seeds}
#SBATCH --chdir=${root}
#SBATCH --output=${join(folder, "job-%a.log")}
# One sweep of this name at a time: a lock of another machine is that of a job that has ended.
#SBATCH --dependency=singleton
# Written by gumbel sweep ${file} --driver slurm, which leaves out the cells that are finished.
set -- ${cells.map((cell) => cell.name.slice(name.length + 1)).join(" ")}
shift "$SLURM_ARRAY_TASK_ID"
locks="${folder}/$1/out/locks"
rm -f "$locks"/*.lock
pnpm turbo run evaluate --filter="@pipelines/${name}-$1" --output-logs=new-only
status=$?
rm -f "$locks"/*.lock
exit $status
`;
}
