import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MapData } from "../src/data/mapData.js";
import { TestWorkspace } from "./workspace.js";

const workspace = new TestWorkspace();
afterAll(() => workspace.remove());

const page = (pipeline: string): string => workspace.read(`${pipeline}/report/index.html`);
const headings = (html: string): string[] =>
  [...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map((match) => match[1]!);
/** The text of a page, without markup. */
const text = (html: string): string =>
  html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

const whole = [
  "Figures",
  "Clusters",
  "Generated",
  "Style transfer",
  "Interpolation",
  "Reconstructions",
  "Map of the latents",
  "Confusion matrix",
  "Probabilities of the clusters",
  "Training",
  "Provenance",
];

describe("a deep system on pictures, three runs", () => {
  beforeAll(async () => {
    await workspace.add("shapes", {
      dataset: "usps",
      departures: [
        { field: "epochs", value: 12, published: 100 },
        { field: "autoencoderStart", value: { epochs: 6 }, published: null },
      ],
      map: { methods: ["umap", "tsne"], examples: 100 },
    });
    expect(workspace.runReport("shapes"), workspace.output).toBe(0);
  }, 120_000);

  test("has every section, and nothing undefined", () => {
    expect(headings(page("shapes"))).toEqual(whole);
    expect(text(page("shapes"))).not.toMatch(/undefined|NaN|\[object/);
  });

  test("is self-contained: nothing on the page names a file or a host but the link to the paper", () => {
    const html = page("shapes");
    expect([...html.matchAll(/\b(?:src|href)="(?!#|data:)([^"]*)"/g)].map((match) => match[1])).toEqual([
      "https://example.org/paper.pdf",
    ]);
    expect(html).not.toMatch(/@import|url\(["']?(?!#)[a-z]+:/i);
    expect(html).toContain("default-src 'none'");
  });

  test("runs its own script and files beside it and, by its policy, nothing else", () => {
    const html = page("shapes");
    const allowed = /script-src ([^"]*)"/.exec(html)![1]!.replaceAll("&#39;", "'");
    const scripts = [...html.matchAll(/<script type="module">([\s\S]*?)<\/script>/g)].map(
      ([, script]) => script!,
    );
    // The map's and the curves'.
    expect(scripts.length).toBe(2);
    const digests = scripts.map((script) => createHash("sha256").update(script).digest("base64"));
    expect(allowed).toBe(["'self'", ...digests.map((digest) => `'sha256-${digest}'`)].join(" "));
    expect(html).not.toMatch(/ on[a-z]+="/);
  });

  test("is far under 5 MB", () => {
    expect(statSync(workspace.path("shapes/report/index.html")).size).toBeLessThan(400_000);
  });

  test("shows the published figure and the difference beside ours", () => {
    // USPS, the thesis' slide 86: ACC 72.58 ± 3 %, NMI 67.01 ± 2 %.
    expect(text(page("shapes"))).toContain("ACC 0.800 ± 0.100 (3 runs) published 0.726 ± 0.030 +0.074");
    const { metrics, runs } = workspace.report("shapes");
    expect(metrics.accuracy).toMatchObject({ mean: 0.8, std: 0.1, n: 3 });
    expect(metrics.accuracy!.published).toMatchObject({ value: 0.7258, std: 0.03 });
    expect(metrics.accuracy!.difference).toBeCloseTo(0.0742, 12);
    expect(metrics["knn@5"]!.published).toBeNull();
    expect(runs.map((run) => run.metrics["knn@5"])).toEqual([2, 3, 4]);
    expect(runs.map(({ loss }) => loss)).toEqual([100, 101, 102]);
  });

  test("says in its heading in what the run departs from the published method, and colours no difference", () => {
    const said = text(page("shapes"));
    expect(said).toContain("Departs: epochs 12 (100), + autoencoderStart.");
    expect(said).toContain(
      "The published figures belong to the method as published, from which this run departs.",
    );
    expect(page("shapes")).toContain('<em class="soft">+0.074</em>');
    expect(workspace.report("shapes").departures).toHaveLength(2);
  });

  test("every picture and plot has a text alternative", () => {
    const html = page("shapes");
    const pictures = [...html.matchAll(/<img[^>]*>/g)].map(([tag]) => tag);
    expect(pictures.length).toBe(4 + 4 + 2 + 4);
    for (const tag of pictures) expect(tag).toMatch(/alt="[^"]{10,}"/);
    // The marks in the key of the strips stand beside their words.
    for (const [tag] of html.replace(/<svg class="strip-mark"[^>]*>/g, "").matchAll(/<svg [^>]*>/g)) {
      expect(tag).toMatch(/role="img"/);
      expect(tag).toMatch(/aria-label="[^"]{10,}"/);
    }
    for (const [table] of html.matchAll(/<table[\s\S]*?<\/table>/g)) expect(table).toContain("<caption");
  });

  test("each plot is written as SVG, as a PNG with something on it and as CSV, each sheet of pictures as SVG and PNG", () => {
    const plots = readdirSync(workspace.path("shapes/report/plots"));
    const names = new Set(plots.map((file) => file.replace(/\.(svg|png|csv)$/, "")));
    expect([...names].sort()).toEqual([
      "certainty",
      "certainty-0",
      "certainty-1",
      "certainty-2",
      "certainty-3",
      "confusion",
      "curve-accuracy",
      "curve-categorical",
      "curve-loss",
      "curve-nmi",
      "curve-reconstruction",
      "map-pca-class",
      "map-pca-cluster",
      "map-tsne-class",
      "map-tsne-cluster",
      "map-umap-class",
      "map-umap-cluster",
      "reliability",
    ]);
    for (const name of names) {
      expect(workspace.read(`shapes/report/plots/${name}.svg`)).toMatch(/<path[^>]+d="M/);
      expect(shades(`shapes/report/plots/${name}.png`)).toBeGreaterThan(5);
    }
    expect(readdirSync(workspace.path("shapes/report/pictures")).sort()).toEqual(
      ["clusters", "generated", "interpolations", "reconstructions", "style"].flatMap((name) => [
        `${name}.png`,
        `${name}.svg`,
      ]),
    );
    expect(shades("shapes/report/pictures/generated.png")).toBeGreaterThan(20);
    // Rows are named by their clusters, in the order of the classes.
    const svg = workspace.read("shapes/report/pictures/generated.svg");
    expect([...svg.matchAll(/<text[^>]*>([^<]*)/g)].map((match) => match[1])).toEqual(
      expect.arrayContaining([expect.stringContaining("ring")]),
    );
    expect(workspace.read("shapes/report/plots/curve-accuracy.csv")).toMatch(/^epoch,.*\n1,/);
  });

  test("where a link to it is shown the page has its verdict and a picture, and it leads to the overview", async () => {
    const meta = (html: string, name: string) =>
      new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)"`).exec(html)?.[1];
    expect(meta(page("shapes"), "description")).toMatch(
      /^90 % of the examples are in the cluster of their class/,
    );
    expect(meta(page("shapes"), "og:image")).toMatch(/^data:image\/svg\+xml;base64,/);
    // A workspace without an overview has none to lead to.
    expect(page("shapes")).not.toContain("All pipelines");
    mkdirSync(join(workspace.root, "pipelines", "overview"), { recursive: true });
    writeFileSync(join(workspace.root, "pipelines", "overview", "package.json"), "{}");
    await workspace.add("linked", {});
    expect(workspace.runReport("linked"), workspace.output).toBe(0);
    const [, href = ""] = /<a href="([^"]*)"[^>]*>All pipelines<\/a>/.exec(page("linked")) ?? [];
    rmSync(join(workspace.root, "pipelines", "overview"), { recursive: true });
    expect(join(dirname(workspace.path("linked/report/index.html")), href)).toBe(
      workspace.path("overview/report/index.html"),
    );
  });

  test("leads to the studies that show it, and says the commands that write their pages", async () => {
    await workspace.add("studied", {
      studies: [
        { name: "one", title: "One <b>table</b>" },
        { name: "other", title: "Another" },
      ],
    });
    expect(workspace.runReport("studied"), workspace.output).toBe(0);
    const [links = ""] = /<p class="links">.*?<\/p>/.exec(page("studied")) ?? [];
    expect(text(links).trim()).toBe("One &lt;b>table&lt;/b> · Another");
    expect(links).toContain('title="written by pnpm gumbel tables other"');
    const [, href = ""] = /<a href="([^"]*)"/.exec(links) ?? [];
    expect(join(dirname(workspace.path("studied/report/index.html")), href)).toBe(
      workspace.path("one/reproduce/index.html"),
    );
    expect(page("shapes")).not.toContain('class="links"');
  });

  test("the clusters are called by what is in them, and counted", () => {
    // Rows 0, 10, 20 … are in the next cluster: 12 of the 60 rings and 12 of the 60 crosses.
    expect(text(page("shapes"))).toMatch(/ring, 100 % 48 examples, 100 % of them ring; number 1/);
    expect(text(page("shapes"))).toContain("216 of 240 examples are in the cluster that was matched");
  });

  test("the examples of another class are shown as wrong, and named", () => {
    expect(text(page("shapes"))).toMatch(
      /bar, 83 % 72 examples, [^→]*?wrong: ring, ring, ring, ring, ring, ring/,
    );
    expect(text(page("shapes"))).toMatch(
      /q\(c \| x\) examples right any 100 % 90 % ≥ 0.5 100 % 90 % ≥ 0.9 0 % —/,
    );
  });

  test("a second run writes the same bytes", () => {
    const files = (): unknown => JSON.parse(workspace.read("shapes/report/manifest.json")).files;
    const before = files();
    expect(workspace.runReport("shapes")).toBe(0);
    expect(files()).toEqual(before);
  });
});

describe("the heading", () => {
  const headed = async (name: string, given: object): Promise<string> => {
    await workspace.add(name, { dataset: "usps", seeds: [0], deep: false, ...given });
    expect(workspace.runReport(name), workspace.output).toBe(0);
    return page(name);
  };

  test("of a run as published says so, and colours the difference from the published figure", async () => {
    const html = await headed("published", {});
    expect(text(html)).toContain("As published.");
    expect(html).toContain('<em class="good">+0.074</em>');
    expect(text(html)).not.toContain("The published figures belong");
  });

  test("shows each figure on a strip with those of records, each mark explained and of another shape", async () => {
    const figures = (mean: number) => ({ accuracy: { mean, std: 0.01, n: 5 } });
    await workspace.add("compared", {
      dataset: "usps",
      compared: [
        { as: "ae-kmeans", modelTitle: "AE + k-means", profile: "full", figures: figures(0.71) },
        { as: "best", modelTitle: "JULE-SF", profile: "full", figures: figures(0.96) },
      ],
    });
    expect(workspace.runReport("compared"), workspace.output).toBe(0);
    const html = page("compared");
    const strips = [...html.matchAll(/<svg class="strip"[\s\S]*?<\/svg>/g)].map(([strip]) => strip);
    expect(strips[0]).toMatch(
      /aria-label="ACC: this run 0.800 ± 0.100; published 0.726 ± 0.030; k-means [\d.]+; the record of AE \+ k-means 0.710 ± 0.010; the best record of another run, JULE-SF 0.960 ± 0.010"/,
    );
    const shapes = [...strips[0]!.matchAll(/<path d="([^"]*)"/g)].map(([, shape]) => shape);
    expect(new Set(shapes).size).toBe(5);
    // The records have no NMI here.
    expect(strips[1]).not.toContain("record");
    expect(text(html)).toContain(
      "the best record of another run, JULE-SF (full profile) ± standard deviation",
    );
    expect(text(page("shapes"))).not.toContain("record of");
  });

  test("of a variant names the published system, whose figures are beside it without colour", async () => {
    const html = await headed("variant", { model: "gumbel-vae-self-trained", variantOf: "gumbel-vae" });
    expect(text(html)).toContain("Variant of gumbel-vae.");
    expect(text(html)).toContain(
      "The published figures are those of gumbel-vae, of which this system is a variant.",
    );
    expect(html).toContain('<em class="soft">+0.074</em>');
  });
});

describe("assignments while learning", () => {
  test("show each moment, and the label of the nearest labelled feature; the labelled examples are marked", async () => {
    const keptLabels = [0, 2, 6, 8];
    await workspace.add("nearest", { kind: "points", snapshots: true, keptLabels });
    expect(workspace.runReport("nearest"), workspace.output).toBe(0);
    expect(headings(page("nearest"))).toContain("Assignments while learning");
    const svg = workspace.read("nearest/report/plots/assignments.svg");
    const titles = [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, title]) => title!);
    // Every other example is of class 0 or 2, and both keep labels; every tenth is in the wrong cluster.
    expect(titles.filter((title) => title.startsWith("finished"))).toEqual([
      "finished: 100 %",
      "finished: 80 %",
    ]);
    expect(titles).toEqual(
      expect.arrayContaining([
        "Label of the nearest labelled feature",
        "Most probable class",
        "epoch 1: 0 %",
      ]),
    );
    expect(svg.match(/l5 5l-5 5l-5 -5z/g)).toHaveLength(2 * 4 * keptLabels.length);
    expect(shades("nearest/report/plots/assignments.png")).toBeGreaterThan(5);
  });

  test("show the pseudo-labels of training if there are any", async () => {
    await workspace.add("propagated", {
      kind: "points",
      snapshots: true,
      keptLabels: [0, 2, 6, 8],
      pseudoLabels: true,
    });
    expect(workspace.runReport("propagated"), workspace.output).toBe(0);
    const svg = workspace.read("propagated/report/plots/assignments.svg");
    const titles = [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, title]) => title!);
    const upper = titles.slice(titles.indexOf("Pseudo-label") + 1, titles.indexOf("Most probable class"));
    expect(upper).toEqual(["epoch 1: 0 %", "epoch 2: 100 %", "epoch 5: 100 %"]);
  });

  test("of data without labels are those of the clusters alone", async () => {
    await workspace.add("drawn", { kind: "points", snapshots: true });
    expect(workspace.runReport("drawn"), workspace.output).toBe(0);
    expect(workspace.read("drawn/report/plots/assignments.svg")).not.toContain("labelled feature");
  });
});

describe("what a system or data set does not have is left out", () => {
  test("k-means has no curves and draws nothing", async () => {
    await workspace.add("kmeans", { model: "kmeans", deep: false });
    expect(workspace.runReport("kmeans"), workspace.output).toBe(0);
    expect(headings(page("kmeans"))).toEqual([
      "Figures",
      "Clusters",
      "Map of the latents",
      "Confusion matrix",
      "Provenance",
    ]);
    expect(text(page("kmeans"))).toContain("closest to the cluster's mean latent");
    expect(text(page("kmeans"))).toContain("No figure is published for this system on this data set.");
  });

  test("of 70 classes the most frequent mistakes are listed, in place of a matrix", async () => {
    const classes = Array.from({ length: 70 }, (_, label) => `kind ${label}`);
    await workspace.add("many", { classes, map: { methods: [], examples: 20 } });
    expect(workspace.runReport("many"), workspace.output).toBe(0);
    const section = page("many").match(/id="confusion"[\s\S]*?<\/section>/)![0];
    expect(text(section)).toContain("The 30 most frequent mistakes: of 70 classes and 4 clusters");
    expect(text(section)).toContain("share of the class");
    expect(section).not.toContain('class="confusion"');
  });

  test("one run has no standard deviation", async () => {
    await workspace.add("one", { seeds: [7] });
    expect(workspace.runReport("one"), workspace.output).toBe(0);
    expect(text(page("one"))).toContain("ACC 0.800 one run");
    expect(text(page("one"))).not.toContain("±  ");
  });

  test("without labels there are figures of the clusters alone, and so is the map", async () => {
    await workspace.add("unlabelled", { labelled: false });
    expect(workspace.runReport("unlabelled"), workspace.output).toBe(0);
    expect(headings(page("unlabelled"))).toEqual(whole.filter((title) => title !== "Confusion matrix"));
    expect(text(page("unlabelled"))).toContain("silhouette 0.300");
    expect(text(page("unlabelled"))).not.toMatch(/\bclass(es)?\b|ACC 0/i);
    expect(existsSync(workspace.path("unlabelled/report/plots/map-pca-class.png"))).toBe(false);
    expect(Object.keys(workspace.report("unlabelled").metrics)).toEqual(["silhouette"]);
  });

  test("a number of clusters that was looked for is shown with its curve", async () => {
    const tried = [2, 3, 4, 5].map((clusters) => ({
      clusters,
      silhouette: clusters === 4 ? 0.61 : 0.1 * clusters,
    }));
    await workspace.add("counted", { labelled: false, tried });
    expect(workspace.runReport("counted"), workspace.output).toBe(0);
    expect(headings(page("counted"))).toContain("Number of clusters");
    expect(page("counted")).toContain(
      "Mean silhouette of k-means for 2 to 5 clusters; highest, 0.610, for 4",
    );
  });

  test("documents are described by their terms: those of the class first, never those of all", async () => {
    await workspace.add("text", { kind: "text", classes: ["sport", "money", "weather", "law"] });
    expect(workspace.runReport("text"), workspace.output).toBe(0);
    const cards = [...page("text").matchAll(/<h3>(.*?)<\/h3>[\s\S]*?class="terms">([\s\S]*?)<\/p>/g)];
    const first = Object.fromEntries(
      cards.map(([, name, body]) => [name, text(body!).trim().split(" ").slice(0, 2).sort()]),
    );
    expect(first).toEqual({
      "sport, 100 %": ["goal", "match"],
      "money, 83 %": ["bank", "share"],
      "weather, 100 %": ["rain", "wind"],
      "law, 83 %": ["court", "judge"],
    });
    expect(headings(page("text"))).not.toContain("Generated");
  });

  test("points are shown at their own coordinates", async () => {
    await workspace.add("points", { kind: "points", source: "drawn from the pipeline's seed" });
    expect(workspace.runReport("points"), workspace.output).toBe(0);
    expect(existsSync(workspace.path("points/report/plots/map-data-cluster.svg"))).toBe(true);
    expect(text(page("points"))).toContain("Synthetic data");
  });
});

describe("bad input", () => {
  test("markup in names and titles is text", async () => {
    const classes = ["<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "a & b", "</svg><b>c"];
    await workspace.add("markup", { classes, title: "<b>bold</b>" });
    expect(workspace.runReport("markup"), workspace.output).toBe(0);
    const html = page("markup");
    expect(html).not.toMatch(/<script>|<img src=x|<b>c|<b>bold/);
    expect(html).toContain("&lt;script>alert(1)");
    const json = /<script id="map-data" type="application\/json">([\s\S]*?)<\/script>/.exec(html)![1]!;
    expect((JSON.parse(json) as MapData).classes).toEqual(classes);
    for (const name of ["confusion", "map-pca-class"]) {
      expect(workspace.read(`markup/report/plots/${name}.svg`)).not.toMatch(/<script>|<img|<b>/);
    }
  });

  test("a loss that is not a number is named with its epoch; the other runs still show", async () => {
    await workspace.add("diverged", { notNumberFrom: 3 });
    expect(workspace.runReport("diverged"), workspace.output).toBe(0);
    expect(text(page("diverged"))).toContain(
      "Seed 0: the loss is not a number from epoch 3 on: see train/seed-0/metrics.jsonl.",
    );
    expect(headings(page("diverged"))).toEqual(whole);
    expect(text(page("diverged"))).not.toContain("NaN");
  });

  test("a metric that is not a number is named in its cell", async () => {
    await workspace.add("undefined-nmi", { dataset: "usps", notNumberMetric: true });
    expect(workspace.runReport("undefined-nmi"), workspace.output).toBe(0);
    expect(text(page("undefined-nmi"))).toMatch(/NMI not a number/);
    expect(text(page("undefined-nmi"))).toMatch(/ACC 0.800/);
    expect(headings(page("undefined-nmi"))).toEqual(whole);
    expect(workspace.report("undefined-nmi").metrics).toMatchObject({
      nmi: { mean: null, difference: null },
      accuracy: { mean: 0.8 },
    });
  });

  test("latents and probabilities that are not numbers are left out, and counted", async () => {
    await workspace.add("holes", { notNumbers: 40, map: { methods: [], examples: 240 } });
    expect(workspace.runReport("holes"), workspace.output).toBe(0);
    expect(text(page("holes"))).toContain("40 more have a latent that is not a number");
    expect(text(page("holes"))).toContain("40 examples have a q(c | x) that is not a number.");
    expect(page("holes")).not.toMatch(/NaN/);
  });

  test("a collapse stands in a box at the top and in report.json, and a constant latent has no map", async () => {
    const signs = [
      { name: "one-cluster", what: "98 % of the examples are in one of 4 clusters", hint: "try kmeans" },
    ];
    const map = { methods: ["umap", "tsne"] as ("umap" | "tsne")[], examples: 100 };
    await workspace.add("collapsed", { signs, constantLatent: true, seeds: [0, 1], map });
    expect(workspace.runReport("collapsed"), workspace.output).toBe(0);
    const words = text(page("collapsed"));
    expect(words).toMatch(/k-means on the prepared data of \d+ examples: ACC 0\.550, silhouette 0\.250\./);
    expect(words).toContain("Seeds 0, 1: 98 % of the examples are in one of 4 clusters. To try: try kmeans.");
    expect(page("collapsed").indexOf('id="warnings"')).toBeLessThan(page("collapsed").indexOf("<main"));
    expect(words).toContain("The latent is the same for every example, so there is nothing to lay out.");
    expect(workspace.report("collapsed").warnings).toEqual([0, 1].map((seed) => ({ seed, ...signs[0] })));
  });

  test("a tampered file removes its section alone; the stage fails and leaves no manifest", async () => {
    await workspace.add("tampered");
    workspace.tamper("tampered/extract/seed-0/style.arrow");
    expect(workspace.runReport("tampered")).toBe(1);
    expect(workspace.output).toMatch(/lacks Style transfer: a file is not what its stage wrote/);
    expect(headings(page("tampered"))).toEqual(whole);
    expect(text(page("tampered"))).toContain("This part is missing: a file is not what its stage wrote.");
    expect(existsSync(workspace.path("tampered/report/manifest.json"))).toBe(false);
  });

  test("a missing file removes its section alone", async () => {
    await workspace.add("gone");
    rmSync(workspace.path("gone/extract/seed-0/generated.arrow"));
    expect(workspace.runReport("gone")).toBe(1);
    expect(workspace.output).toMatch(/lacks Generated: a file is not what its stage wrote/);
    expect(headings(page("gone"))).toEqual(whole);
    expect(text(page("gone"))).toContain("found nothing: the file is missing");
  });

  test("without an evaluation there is no page, and the error says which stage to run", async () => {
    await workspace.add("early");
    rmSync(workspace.path("early/evaluate"), { recursive: true });
    expect(workspace.runReport("early")).toBe(1);
    expect(workspace.output).toMatch(/a file is missing[\s\S]*evaluate[\s\S]*run the stage/);
    expect(existsSync(workspace.path("early/report/index.html"))).toBe(false);
  });
});

/** Number of different colours of a picture, at most 50. */
function shades(name: string): number {
  const { data, channels } = decode(readFileSync(workspace.path(name)));
  const found = new Set<string>();
  for (let i = 0; i < data.length && found.size < 50; i += channels) {
    if (data[i + channels - 1]! > 0) found.add(data.slice(i, i + channels).join());
  }
  return found.size;
}
