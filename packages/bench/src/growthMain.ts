/**
 * `pnpm --filter @gumbel/bench growth [ROWSxCOLUMNS…]`: time and memory of each stage as the data grows: groups of points in an Arrow
 * file, one epoch of gumbel-vae and one run of k-means. All sizes whose features take at most 2.5 GB if none is named. What each
 * takes is kept in docs/records/growth.json.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { stream } from "@gumbel/random";
import { TableWriter } from "@gumbel/tables";
import { artifactPath } from "@gumbel/workspace";
import { root } from "./cases/root.js";
import { folderOf, keepFigures, stageByStage, withPipelines } from "./wholeRuns.js";

const groups = 10;
const largestBytes = 2.5e9;
const sizes = [10_000, 70_000, 300_000, 1_000_000].flatMap((rows) =>
  [10, 100, 784, 5000].map((columns) => ({ rows, columns, name: `${rows}x${columns}` })),
);
type Size = (typeof sizes)[number];

/** The same work per example at every size: the published network, and one epoch without a start of its own. */
const oneEpoch = [
  "train.seeds=1 train.epochs=1 train.batchSize=128",
  "model.hidden=[500,500] model.featureSize=200 model.zSize=64 model.autoencoderStart=null",
].join(" ");

const oneRun = "train.seeds=1 model.restarts=1";

const folder = artifactPath(root, "bench");
const file = join(folder, "growth.arrow");
const data = ["--data", file, "--label", "kind", "--clusters", `${groups}`];

/** Writes groups of points, each around a centre of its own, with their group. */
async function writePoints({ rows, columns }: Size): Promise<void> {
  const random = stream(0, "growth");
  const centres = random.fill("uniform", groups * columns).map((value) => 10 * value);
  const table = new TableWriter(file);
  // A batch costs its reader the square of the columns, so that a wide table has few.
  const perBatch = Math.min(rows, Math.ceil(2e7 / columns));
  for (let from = 0; from < rows; from += perBatch) {
    const count = Math.min(perBatch, rows - from);
    const noise = random.fill("normal", count * columns);
    const values = Array.from({ length: columns }, (_, j) =>
      Float32Array.from(
        { length: count },
        (__, i) => centres[((from + i) % groups) * columns + j]! + noise[i * columns + j]!,
      ),
    );
    const kind = Int32Array.from({ length: count }, (_, i) => (from + i) % groups);
    table.write([
      ...values.map((column, j) => [`c${j}`, { values: column, width: 1 }] as const),
      ["kind", { values: kind, width: 1 }] as const,
    ]);
  }
  table.close();
}

/** The stages with gumbel-vae, and the training by k-means. */
async function stagesOf(size: Size): Promise<object> {
  const pipeline = "bench-growth";
  const runOf = (model: string, options: Parameters<typeof stageByStage>[1]) =>
    withPipelines([...data, "--model", model], [pipeline], () => stageByStage(folderOf(pipeline), options));
  try {
    await writePoints(size);
    const { taken } = await runOf("gumbel-vae", { settings: oneEpoch });
    const { train } = (await runOf("kmeans", { settings: oneRun, last: "train" })).taken;
    return { rows: size.rows, columns: size.columns, ...taken, "k-means": train };
  } finally {
    await rm(file, { force: true });
  }
}

const wanted = process.argv.slice(2);
await mkdir(folder, { recursive: true });
for (const size of sizes) {
  const fits = size.rows * size.columns * 4 <= largestBytes;
  if (wanted.length > 0 ? !wanted.includes(size.name) : !fits) continue;
  await keepFigures("growth.json", size.name, await stagesOf(size));
}
