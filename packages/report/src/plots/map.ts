/** The latents in the plane: by principal components, and by UMAP where the pipeline asks for it. */
import { stream } from "@gumbel/random";
import { PCA } from "ml-pca";
import { UMAP } from "umap-js";
import type { ReportData } from "../data.js";
import { latentOf, subsample } from "../select.js";
import { categorical, draw, type Plot } from "./render.js";

export interface LatentMap {
  method: "PCA" | "UMAP" | "data";
  colour: "class" | "cluster";
  plot: Plot;
}

/** UMAP of wide latents is made from so many principal components. */
const componentsForUmap = 50;

export async function latentMaps(data: ReportData): Promise<{ maps: LatentMap[]; examples: number }> {
  const rows = subsample(data, data.plan.map.examples);
  const { values, width } = latentOf(data);
  const points = rows.map((row) => Array.from(values.subarray(row * width, (row + 1) * width)));
  const layouts: [LatentMap["method"], [number, number][]][] = [];
  if (data.examples.info.kind === "points") {
    const { features, d } = data.examples;
    layouts.push(["data", rows.map((row) => [features[row * d]!, features[row * d + 1]!])]);
  }
  if (width >= 2) {
    const components = principalComponents(points, Math.min(componentsForUmap, width, points.length - 1));
    layouts.push(["PCA", components.map(([x = 0, y = 0]) => [x, y])]);
    if (data.plan.map.method === "umap" && points.length > 20)
      layouts.push(["UMAP", umap(components, data.plan.seed)]);
  }

  const { classes } = data.evaluation.dataset;
  const cluster = data.latents.cluster!.values;
  const maps: LatentMap[] = [];
  for (const [method, layout] of layouts) {
    const colours = classes.length > 0 ? (["class", "cluster"] as const) : (["cluster"] as const);
    for (const colour of colours) {
      const group = (row: number): string =>
        colour === "cluster" ? String(cluster[row]) : (classes[data.examples.labels[row]!] ?? "unknown");
      const domain =
        colour === "class" ? classes : Array.from({ length: data.evaluation.clusters }, (_, k) => String(k));
      const marks = rows.map((row, i) => ({
        x: round(layout[i]![0]),
        y: round(layout[i]![1]),
        group: group(row),
      }));
      const what = method === "data" ? "the examples themselves" : `the latents by ${method}`;
      const description = `Map of ${rows.length} examples: ${what}, coloured by ${colour}`;
      maps.push({
        method,
        colour,
        plot: await scatter(`map-${method.toLowerCase()}-${colour}`, description, marks, colour, domain),
      });
    }
  }
  return { maps, examples: rows.length };
}

function scatter(
  name: string,
  description: string,
  values: object[],
  colour: string,
  domain: string[],
): Promise<Plot> {
  const axis = { labels: false, ticks: false, title: null, grid: false, domain: false };
  return draw(name, description, {
    width: 380,
    height: 340,
    data: { values: values as Record<string, unknown>[] },
    mark: { type: "circle", size: 14, opacity: 0.75 },
    encoding: {
      x: { field: "x", type: "quantitative", axis, scale: { zero: false } },
      y: { field: "y", type: "quantitative", axis, scale: { zero: false } },
      color: {
        field: "group",
        type: "nominal",
        title: colour,
        scale: { domain, range: domain.map((_, i) => categorical[i % categorical.length]!) },
        legend: { symbolOpacity: 1, symbolSize: 60 },
      },
    },
  });
}

/** Scores on the first `count` components; each component's largest loading is positive, so that the picture does not flip. */
function principalComponents(points: number[][], count: number): number[][] {
  const pca = new PCA(points);
  const loadings = pca.getLoadings().to2DArray();
  const signs = loadings
    .slice(0, count)
    .map(
      (row) =>
        Math.sign(row.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)) || 1,
    );
  return pca
    .predict(points, { nComponents: count })
    .to2DArray()
    .map((row) => row.map((value, j) => value * signs[j]!));
}

function umap(points: number[][], seed: number): [number, number][] {
  const random = stream(seed, "report", "umap");
  return new UMAP({ nComponents: 2, nNeighbors: 15, minDist: 0.1, random: () => random.uniform() }).fit(
    points,
  ) as [number, number][];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
