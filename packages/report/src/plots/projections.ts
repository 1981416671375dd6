/**
 * Positions in the plane: by principal components, and by UMAP and t-SNE if the pipeline's report.map.methods has them. At
 * earlier moments of training, points are projected on the components of the finished model; UMAP and t-SNE lay them out anew,
 * each moment starting from the layout of the moment after it, so that points move little where latents did.
 */
import { principalComponents, tsneSteps, umap, umapPasses } from "@gumbel/projection";
import type { RandomStream } from "@gumbel/random";
import type { Examples } from "@gumbel/tables";
import type { Aside } from "../aside.js";
import { backwards } from "./overTime.js";

/** Number of principal components of wide latents that UMAP and t-SNE look at. */
const components = 50;

/** Passes of UMAP for a run beside the shown one: a report waits some 2 s for it. */
const fastPasses = 100;

export interface Projection {
  name: "data" | "pca" | "umap" | "tsne";
  title: string;
  positions: number[][];
  /** Positions at each earlier moment. */
  earlier?: number[][][];
}

interface Latents {
  examples: Examples;
  /** Rows of the map's examples in the data. */
  rows: number[];
  /** Of the finished model, an array for each row. */
  latent: Float64Array[];
  /** Earlier, in the order of training. */
  moments: { name: string; latent: Float64Array[] }[];
  methods: ("umap" | "tsne")[];
  /** True for a run beside the shown one: UMAP in fewer passes, and no t-SNE. */
  fast: boolean;
  /** Of the pipeline. */
  seed: number;
  /** A random stream for each use. */
  random(...names: string[]): RandomStream;
  /** Lays out by t-SNE while UMAP does here. */
  aside: Aside;
}

/** All projections of the same examples; none if there is nothing to lay out. */
export async function projectionsOf({
  examples: { features, d, info },
  rows,
  latent,
  moments,
  methods,
  fast,
  seed,
  random,
  aside,
}: Latents): Promise<Projection[]> {
  const projections: Projection[] = [];
  if (info.kind === "points" && d >= 2) {
    projections.push({
      name: "data",
      title: "The examples themselves",
      positions: rows.map((row) => [features[row * d]!, features[row * d + 1]!]),
    });
  }
  const width = latent[0]?.length ?? 0;
  // A system that clusters points directly has no latent besides them.
  const isData =
    info.kind === "points" &&
    width === d &&
    rows.every((row, i) => latent[i]!.every((value, j) => Math.abs(value - features[row * d + j]!) < 1e-6));
  if (width < 2 || rows.length <= 2 || isData) return projections;

  const { scores, varianceOfTwo, project } = principalComponents(
    latent,
    methods.length > 0 ? components : 2,
    random("pca"),
  );
  projections.push({
    name: "pca",
    title: `PCA: two components with ${Math.round(varianceOfTwo * 100)} % of the variance`,
    positions: scores,
    earlier: moments.map((moment) => project(moment.latent)),
  });
  if (rows.length <= 20 || methods.length === 0) return projections;
  const from = width > components ? `, from ${scores[0]!.length} principal components` : "";
  const before = moments.map(({ name, latent }) => ({
    name,
    points:
      width > components
        ? principalComponents(latent, components, random("pca", name)).scores
        : latent.map((vector) => [...vector]),
  }));
  const byTsne =
    methods.includes("tsne") && !fast
      ? aside.run(
          "layOutByTsne",
          seed,
          scores,
          before.map(({ points }) => points),
        )
      : undefined;
  if (methods.includes("umap")) {
    const passes = fast ? fastPasses : umapPasses.whole;
    const positions = await umap(scores, random("umap"), { passes });
    projections.push({
      name: "umap",
      title: `UMAP: 15 neighbours${from}, ${passes} passes${shorter(umapPasses, before)}`,
      positions,
      earlier: await backwards(positions, before, ({ name, points }, start) =>
        umap(points, random("umap", name), { start }),
      ),
    });
  }
  if (byTsne) {
    projections.push({
      name: "tsne",
      title: `t-SNE: perplexity 30${from}, ${tsneSteps.whole} steps${shorter(tsneSteps, before)}`,
      ...(await byTsne),
    });
  }
  return projections;
}

const shorter = ({ fromStart }: typeof umapPasses, moments: unknown[]): string =>
  moments.length > 0 ? `; ${fromStart} for each earlier moment` : "";
