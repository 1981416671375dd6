/** The map of the latents: its layouts, its moments of training, and its seeds. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MapData, MapFrame, MapRun } from "../src/data/mapData.js";
import { TestWorkspace } from "./workspace.js";

const workspace = new TestWorkspace();
afterAll(() => workspace.remove());

const page = (pipeline: string): string => workspace.read(`${pipeline}/report/index.html`);
/** The text of the section, without markup. */
const section = (pipeline: string): string =>
  /<section id="map"[\s\S]*?<\/section>/
    .exec(page(pipeline))![0]
    .replace(/<script[\s\S]*?<\/script>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
/** Data of the map's script. */
const mapData = (pipeline: string): MapData =>
  JSON.parse(/<script id="map-data" type="application\/json">([\s\S]*?)<\/script>/.exec(page(pipeline))![1]!);
const framesOf = ({ layouts }: MapRun, layout: string): MapFrame[] =>
  layouts.find(({ name }) => name === layout)!.frames;

describe("moments of training", () => {
  beforeAll(async () => {
    const map = { methods: ["umap" as const, "tsne" as const], examples: 240 };
    await workspace.add("moments", { snapshots: true, seeds: [0], map });
    expect(workspace.runReport("moments"), workspace.output).toBe(0);
  });

  test.each(["pca", "umap", "tsne"])("of %s are all of the same examples, and lie in its view", (layout) => {
    const { runs, rows } = mapData("moments");
    const frames = framesOf(runs[0]!, layout);
    expect(frames.map(({ name }) => name)).toEqual(["epoch 1", "epoch 2", "epoch 5", "finished"]);
    expect(rows).toEqual(Array.from({ length: 120 }, (_, i) => 2 * i));
    for (const { x, y, cluster } of frames) for (const all of [x, y, cluster]) expect(all).toHaveLength(120);
    expect(new Set(frames[0]!.cluster)).toEqual(new Set([-1]));
    const { viewBox } = runs[0]!.layouts.find(({ name }) => name === layout)!;
    const [left, top, width, height] = viewBox.split(" ").map(Number);
    for (const { x, y } of frames) {
      expect(Math.min(...x)).toBeGreaterThanOrEqual(left!);
      expect(Math.max(...x)).toBeLessThanOrEqual(left! + width!);
      expect(Math.min(...y)).toBeGreaterThanOrEqual(top!);
      expect(Math.max(...y)).toBeLessThanOrEqual(top! + height!);
    }
  });

  test("of PCA are in one projection: in the first epoch the extent is a small part of the last one's", () => {
    const frames = framesOf(mapData("moments").runs[0]!, "pca");
    const extent = (values: number[]): number => Math.max(...values) - Math.min(...values);
    expect(extent(frames[0]!.x)).toBeLessThan(0.6 * extent(frames[3]!.x));
  });

  test.each(["umap", "tsne"])("of %s show the classes apart when they are, and mixed before", (layout) => {
    const { runs, labels } = mapData("moments");
    const frames = framesOf(runs[0]!, layout);
    /** Share of the examples whose nearest one in the layout is of their class, in [0, 1]. */
    const pure = ({ x, y }: MapFrame): number => {
      const far = (i: number, j: number): number => Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!);
      const same = labels.filter((label, i) => {
        const others = [...labels.keys()].filter((j) => j !== i);
        return labels[others.reduce((best, j) => (far(i, j) < far(i, best) ? j : best))] === label;
      });
      return same.length / labels.length;
    };
    expect(pure(frames[3]!)).toBeGreaterThan(0.95);
    expect(pure(frames[0]!)).toBeLessThan(0.75);
  });

  test("are said on the page: what is projected, what starts from what, and the shorter schedule", () => {
    const said = section("moments");
    expect(said).toContain("120 of 240 examples, evenly spaced");
    expect(said).toContain("PCA projects every moment on the components of the finished model.");
    expect(said).toContain(
      "By UMAP and t-SNE, each earlier moment starts from the layout of the moment after it.",
    );
    expect(said).toContain("UMAP: 15 neighbours, 200 passes; 50 for each earlier moment");
    expect(said).toContain("t-SNE: perplexity 30, 500 steps; 100 for each earlier moment");
  });

  test("have the same bytes in a second run", () => {
    const before = readFileSync(workspace.path("moments/report/manifest.json"), "utf8");
    expect(workspace.runReport("moments"), workspace.output).toBe(0);
    expect(readFileSync(workspace.path("moments/report/manifest.json"), "utf8")).toBe(before);
  });

  test("that were tampered with remove the map alone", async () => {
    await workspace.add("torn", { snapshots: true });
    workspace.tamper("torn/train/seed-0/snapshots.arrow");
    expect(workspace.runReport("torn")).toBe(1);
    expect(workspace.output).toMatch(/lacks Map of the latents: a file is not what its stage wrote/);
    expect(page("torn")).toContain('id="confusion"');
  });
});

describe("seeds", () => {
  const map = { methods: ["umap" as const, "tsne" as const], examples: 240 };
  beforeAll(async () => {
    await workspace.add("seeds", { snapshots: true, renumbered: true, map });
    expect(workspace.runReport("seeds"), workspace.output).toBe(0);
  });

  test("have maps of the same examples, the shown one first, each with layouts and nearest latents of its own", () => {
    const { runs, labels } = mapData("seeds");
    expect(runs.map(({ seed }) => seed)).toEqual([0, 1, 2]);
    for (const layout of ["pca", "umap"]) {
      const drawn = runs.map((run) => JSON.stringify(framesOf(run, layout).at(-1)!.x));
      expect(new Set(drawn).size).toBe(3);
    }
    expect(new Set(runs.map(({ nearest }) => JSON.stringify(nearest))).size).toBe(3);
    for (const { nearest, certainty } of runs) {
      expect(certainty).toHaveLength(120);
      expect(nearest).toHaveLength(120);
      for (const [example, others] of nearest.entries())
        for (const other of others) expect(labels[other]).toBe(labels[example]);
    }
  });

  test("have their own clusters, with the names, colours and classes that they were matched to", () => {
    const [first, second] = mapData("seeds").runs;
    const clusters = framesOf(first!, "pca").at(-1)!.cluster;
    expect(framesOf(second!, "pca").at(-1)!.cluster).toEqual(clusters.map((k) => (k + 1) % 4));
    for (const k of [0, 1, 2, 3]) {
      expect(second!.matched[(k + 1) % 4]).toBe(first!.matched[k]);
      expect(second!.clusters[(k + 1) % 4]).toBe(first!.clusters[k]);
      expect(second!.colours[(k + 1) % 4]).toBe(first!.colours[k]);
    }
    expect(first!.matched).toEqual([3, 0, 1, 2]);
    expect(second!.matched).toEqual([2, 3, 0, 1]);
  });

  test("but the shown one have neither moments nor t-SNE, which the page says", () => {
    const [first, ...others] = mapData("seeds").runs;
    expect(first!.layouts.map(({ name, frames }) => [name, frames.length])).toEqual([
      ["pca", 4],
      ["umap", 4],
      ["tsne", 4],
    ]);
    for (const { layouts } of others)
      expect(layouts.map(({ name, frames }) => [name, frames.length])).toEqual([
        ["pca", 1],
        ["umap", 1],
      ]);
    expect(others[0]!.layouts[1]!.title).toBe("UMAP: 15 neighbours, 100 passes");
    expect(section("seeds")).toContain("Seed 0 alone has earlier moments of training and t-SNE.");
  });

  test("leave the shown run as it is", async () => {
    await workspace.add("alone", { snapshots: true, seeds: [0], map });
    expect(workspace.runReport("alone"), workspace.output).toBe(0);
    expect(mapData("alone").runs).toEqual([mapData("seeds").runs[0]]);
    expect(page("alone")).not.toContain('name="map-seed"');
  });

  test("whose latents are not numbers are named, and left out", async () => {
    await workspace.add("diverged", { diverged: [1] });
    expect(workspace.runReport("diverged"), workspace.output).toBe(0);
    expect(mapData("diverged").runs.map(({ seed }) => seed)).toEqual([0, 2]);
    expect(section("diverged")).toContain("The latents of seed 1 cannot be laid out.");
  });
});
