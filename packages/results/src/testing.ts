/**
 * A small workspace with all files of the stages before a report: four kinds of drawn shapes as pictures (or documents, or
 * points), latents around one centre per class, three runs.
 */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { ComparedRecord, Departing, ProfileName, ReportPlan } from "@gumbel/config";
import { stream } from "@gumbel/random";
import {
  type Columns,
  type DatasetInfo,
  dimensions,
  ExamplesWriter,
  summaryOf,
  writeSnapshots,
  writeTable,
} from "@gumbel/tables";
import { artifactPath, sha256File, toJson } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import type { ReportSummary } from "./summary.js";

export interface PipelineOptions {
  kind?: "image" | "text" | "points";
  dataset?: string;
  model?: string;
  profile?: ProfileName;
  variantOf?: string | null;
  departures?: Departing["departures"];
  classes?: string[];
  labelled?: boolean;
  title?: string | null;
  source?: string;
  /** True if the system decodes and has a loss per epoch. */
  deep?: boolean;
  /** Seeds of the runs. */
  seeds?: number[];
  map?: { methods: ("umap" | "tsne")[]; examples: number };
  /** First epoch whose loss is not a number, for the first seed. */
  notNumberFrom?: number;
  /** True if the mean NMI is not a number. */
  notNumberMetric?: boolean;
  /** True if the clusters of run i have numbers that are higher by i, modulo their number. */
  renumbered?: boolean;
  /** Seeds of runs whose latents are not numbers. */
  diverged?: number[];
  /** True if training took snapshots. */
  snapshots?: boolean;
  /** True if the snapshots hold pseudo-labels: from the second moment on, the true ones. */
  pseudoLabels?: boolean;
  /** Rows of the labelled examples, the same for each run; training sees no other label. */
  keptLabels?: number[];
  /** Number of rows whose latent is not a number. */
  notNumbers?: number;
  /** The numbers of clusters that were tried. */
  tried?: { clusters: number; silhouette: number }[] | null;
  /** True if the latent of every example is the same. */
  constantLatent?: boolean;
  /** Path of the user's own file; null for a named data set. */
  path?: string | null;
  /** Records of the same data set. */
  compared?: ComparedRecord[];
  /** Studies that show it. */
  studies?: ReportPlan["studies"];
  /** Signs of a collapse that evaluation found in every run. */
  signs?: { name: string; what: string; hint: string }[];
}

type Options = Required<PipelineOptions>;
const defaults: Options = {
  kind: "image",
  dataset: "shapes",
  model: "gumbel-vae",
  profile: "quick",
  variantOf: null,
  departures: [],
  classes: ["ring", "bar", "cross", "frame"],
  labelled: true,
  title: null,
  source: "drawn by hand",
  deep: true,
  seeds: [0, 1, 2],
  map: { methods: [], examples: 100 },
  notNumberFrom: Number.POSITIVE_INFINITY,
  notNumberMetric: false,
  notNumbers: 0,
  renumbered: false,
  diverged: [],
  snapshots: false,
  pseudoLabels: false,
  keptLabels: [],
  tried: null,
  constantLatent: false,
  path: null,
  compared: [],
  studies: [],
  signs: [],
};

const side = 12;
const n = 240;
const trainingRows = 200;
const clusters = 4;
const latentSize = 8;
const terms = ["goal", "match", "bank", "share", "rain", "wind", "court", "judge", "the", "of"];

/** A ring, a bar, a cross or a frame, shifted a little. */
function drawShape(label: number, dx: number, dy: number): Uint8Array {
  const pixels = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [u, v] = [Math.abs(x - 5.5 - dx), Math.abs(y - 5.5 - dy)];
      const radius = Math.hypot(u, v);
      const inside = [
        radius > 2.4 && radius < 4.2,
        u < 1.2 && v < 4.5,
        Math.abs(u - v) < 1.1 && u < 4,
        Math.max(u, v) < 4.4 && Math.max(u, v) > 2.8,
      ][label];
      if (inside) pixels[y * side + x] = 255;
    }
  }
  return pixels;
}

/** Evaluated pipelines in a temporary workspace, for tests. */
export class EvaluatedPipelines {
  readonly root = mkdtempSync(join(tmpdir(), "gumbel-report-"));
  /** Output of the last command. */
  output = "";

  constructor() {
    this.#write("pnpm-workspace.yaml", "packages: []\n");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  path(name: string): string {
    const [pipeline = "", ...parts] = name.split("/");
    return artifactPath(this.root, pipeline, ...parts);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  report(pipeline: string): ReportSummary {
    return JSON.parse(this.read(`${pipeline}/report/report.json`)) as ReportSummary;
  }

  /** Adds a byte that no stage wrote. */
  tamper(name: string): void {
    appendFileSync(this.path(name), "x");
  }

  /** Runs a script with its arguments in a pipeline's folder and returns its exit code. */
  run(script: string[], pipeline: string): number | null {
    const cwd = join(this.root, "pipelines", pipeline);
    mkdirSync(cwd, { recursive: true });
    const { exitCode, stdout, stderr } = run({ sync: true, cwd })`${process.execPath} ${script}`;
    this.output = stdout + stderr;
    return exitCode;
  }

  /** Writes the files of the stages before the report. */
  async add(pipeline: string, given: PipelineOptions = {}): Promise<void> {
    const options: Options = { ...defaults, ...given };
    const examples = drawExamples(options);
    this.#write(`pipelines/${pipeline}/package.json`, { name: `@pipelines/${pipeline}` });
    this.#write(`pipelines/${pipeline}/pipeline.json`, {});
    this.#plan(pipeline, options);
    await this.#manifest(pipeline, "ingest", this.#ingest(`${pipeline}/ingest`, options, examples));
    await this.#manifest(pipeline, "train", this.#train(`${pipeline}/train`, options, examples));
    await this.#manifest(pipeline, "extract", this.#extract(`${pipeline}/extract`, options, examples));
    this.#writeArtifact(`${pipeline}/evaluate/evaluation.json`, evaluationOf(options, examples));
    await this.#manifest(pipeline, "evaluate", ["evaluation.json"]);
  }

  #plan(
    pipeline: string,
    { title, map, profile, dataset, path, model, seeds, variantOf, departures, compared, studies }: Options,
  ): void {
    this.#writeArtifact(`${pipeline}/plan/report.json`, {
      pipeline,
      seed: 0,
      code: {},
      engine: { name: "cpu", build: null },
      title,
      samplesPerCluster: 8,
      map,
      profile,
      set: null,
      dataset,
      model,
      seeds,
      datasetTitle: dataset.toUpperCase(),
      modelTitle: `The ${model} system`,
      modelReference: "Somebody 2018, A paper",
      ownSystem: false,
      modelLink: "https://example.org/paper.pdf",
      full: profile === "full" ? null : { epochs: 100, seeds: 5 },
      compared,
      studies,
      variantOf,
      departures,
      effective: {
        dataset: { name: dataset, ...(path !== null && { path }) },
        model: { name: model },
        labels: null,
        train: { seeds: seeds.length, epochs: 5 },
        report: { title },
      },
    });
  }

  #ingest(folder: string, { keptLabels, seeds }: Options, { info, ...examples }: Examples): string[] {
    const data = new ExamplesWriter(this.#pathOf(`${folder}/data.arrow`), info);
    data.write(examples);
    data.close();
    if (keptLabels.length === 0) return ["data.arrow"];
    const draws = seeds.map((_, run) => ({ seed: run, indices: keptLabels }));
    this.#writeArtifact(`${folder}/labelled.json`, { draws });
    return ["data.arrow", "labelled.json"];
  }

  #train(folder: string, options: Options, examples: Examples): string[] {
    const { model, deep, seeds, snapshots, tried } = options;
    this.#writeArtifact(`${folder}/summary.json`, {
      model,
      title: `The ${model} system`,
      clusters,
      tried,
      parameters: 1234,
      runs: seeds.map((seed) => ({
        seed,
        epochs: deep ? 5 : 0,
        steps: deep ? 50 : 0,
        loss: deep ? lossOf(seed) : null,
        restarts: [],
        signs: [],
      })),
    });
    const files = ["summary.json"];
    for (const seed of seeds) {
      const lines = epochLines(seed, options).map((line) => `${line}\n`);
      this.#writeArtifact(`${folder}/seed-${seed}/metrics.jsonl`, lines.join(""));
      files.push(`seed-${seed}/metrics.jsonl`);
    }
    if (!snapshots) return files;
    const file = `seed-${seeds[0]}/snapshots.arrow`;
    this.#snapshots(`${folder}/${file}`, options, examples);
    return [...files, file];
  }

  /** Every other example: first all are around one point, then the classes move apart epoch by epoch. */
  #snapshots(file: string, { pseudoLabels }: Options, examples: Examples): void {
    const { random, index, labels, trueClass, cluster } = examples;
    const rows = index.filter((row) => row % 2 === 0);
    const after = (epoch: number, values: Int32Array) =>
      Int32Array.from(rows, (row) => (epoch === 1 ? -1 : values[row]!));
    writeSnapshots(this.#pathOf(file), {
      unit: "epoch",
      index: rows,
      label: Int32Array.from(rows, (row) => labels[row]!),
      moments: [1, 2, 5].map((epoch) => {
        const latent = new Float32Array(rows.length * latentSize);
        rows.forEach((row, i) => {
          for (let j = 0; j < latentSize; j++) {
            latent[i * latentSize + j] = (j === trueClass[row] ? epoch / 5 : 0) + 0.2 * random.normal();
          }
        });
        return {
          at: epoch,
          cluster: after(epoch, cluster),
          latent: { values: latent, width: latentSize },
          probabilities: null,
          pseudoLabel: pseudoLabels ? after(epoch, trueClass) : null,
        };
      }),
    });
  }

  #extract(
    folder: string,
    { deep, seeds, notNumbers, constantLatent, renumbered, diverged }: Options,
    examples: Examples,
  ): string[] {
    const { info, random, index, split, labels, trueClass } = examples;
    const files: string[] = [];
    for (const [run, seed] of seeds.entries()) {
      const cluster = renumbered ? clustersOf(examples, run) : examples.cluster;
      const save = (name: string, table: Columns): void => {
        writeTable(this.#pathOf(`${folder}/seed-${seed}/${name}.arrow`), table);
        files.push(`seed-${seed}/${name}.arrow`);
      };
      const z = new Float32Array(n * latentSize);
      for (let row = 0; row < n; row++) {
        for (let j = 0; j < latentSize; j++) {
          const centre = j === trueClass[row] ? 4 : 0;
          const value = constantLatent ? 3 : centre + 0.5 * random.normal();
          z[row * latentSize + j] = row < notNumbers || diverged.includes(seed) ? Number.NaN : value;
        }
      }
      const probabilities = new Float32Array(n * clusters).fill(0.1);
      for (let row = 0; row < n; row++) {
        probabilities[row * clusters + cluster[row]!] = row < notNumbers ? Number.NaN : 0.7;
      }
      save("latents", {
        index: { values: index, width: 1 },
        split: { values: split, width: 1 },
        label: { values: labels, width: 1 },
        cluster: { values: cluster, width: 1 },
        feature: { values: z, width: latentSize },
        ...(deep && { probabilities: { values: probabilities, width: clusters } }),
      });
      if (!deep) continue;
      const d = dimensions(info);
      save("generated", grid(clusters, 5, d));
      save("style", grid(3, 1 + clusters, d));
      save("reconstructions", grid(6, 2, d));
      save("interpolations", grid(3, 10, d));
    }
    return files;
  }

  #pathOf(name: string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  #write(name: string, contents: unknown): void {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof contents === "string" ? contents : toJson(contents));
  }

  #writeArtifact(name: string, contents: unknown): void {
    this.#write(relative(this.root, this.path(name)), contents);
  }

  async #manifest(pipeline: string, stage: string, names: string[]): Promise<void> {
    const files = await Promise.all(
      names.map(async (name) => {
        const path = this.path(`${pipeline}/${stage}/${name}`);
        return { name, bytes: readFileSync(path).byteLength, sha256: await sha256File(path) };
      }),
    );
    this.#writeArtifact(`${pipeline}/plan/${stage}.json`, { pipeline, seed: 0 });
    const config = await sha256File(this.path(`${pipeline}/plan/${stage}.json`));
    const versions = { [`@gumbel/${stage}`]: "0.1.0", ...(stage === "train" && { engine: "native" }) };
    this.#writeArtifact(`${pipeline}/${stage}/manifest.json`, {
      stage,
      pipeline,
      config,
      seed: 0,
      reads: [],
      versions,
      files,
    });
    this.#writeArtifact(`${pipeline}/${stage}/run.json`, {
      startedAt: "2026-01-02T03:04:05.000Z",
      seconds: 61,
      peakRssBytes: 2e8,
      node: "v20.0.0",
      platform: "linux-x64",
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      turboHash: null,
      facts: {},
    });
  }
}

type Examples = ReturnType<typeof drawExamples>;

/** The examples, true classes in turn, and the clusters that every run finds. */
function drawExamples({ kind, dataset, classes, labelled, source }: Options) {
  const random = stream(1, "report fixture");
  const trueClass = Int32Array.from({ length: n }, (_, row) => row % clusters);
  const info: DatasetInfo = {
    name: dataset,
    title: dataset.toUpperCase(),
    kind,
    shape: kind === "image" ? [side, side, 1] : kind === "text" ? [terms.length] : [2],
    scale: kind === "image" ? 1 / 255 : 1,
    offset: 0,
    range: kind === "image" ? "unit" : "real",
    classes: labelled ? classes : [],
    ...(kind === "text" && { terms }),
    source,
  };
  const d = dimensions(info);
  const example = (row: number): Uint8Array | Float32Array => {
    const label = trueClass[row]!;
    if (kind === "image") return drawShape(label, random.int(3) - 1, random.int(3) - 1);
    if (kind === "points") return Float32Array.of(label + 0.1 * random.normal(), 0.1 * random.normal());
    // Every document has "the" and "of", and the two words of its class.
    return Float32Array.from(terms, (_, j) => (j >= 8 || j >> 1 === label ? 1 : 0));
  };
  const features = kind === "image" ? new Uint8Array(n * d) : new Float32Array(n * d);
  for (let row = 0; row < n; row++) features.set(example(row), row * d);
  return {
    info,
    features,
    index: Uint32Array.from({ length: n }, (_, row) => row),
    split: Uint8Array.from({ length: n }, (_, row) => (row < trainingRows ? 0 : 1)),
    labels: labelled ? trueClass : new Int32Array(n).fill(-1),
    trueClass,
    // Class c goes to cluster c + 1 (mod 4); every tenth example to the next one.
    cluster: trueClass.map((label, row) => (label + 1 + (row % 10 === 0 ? 1 : 0)) % clusters),
    /** Goes on with the latents. */
    random,
  };
}

/** The clusters of a run that has numbers of its own. */
const clustersOf = ({ cluster }: Examples, run: number): Int32Array =>
  cluster.map((k) => (k + run) % clusters);

const lossOf = (seed: number): number => 100 + seed;

/** The lines of a run's metrics.jsonl. */
function epochLines(seed: number, { deep, seeds, labelled, notNumberFrom }: Options): string[] {
  return Array.from({ length: deep ? 5 : 0 }, (_, i) => {
    const epoch = i + 1;
    const bad = epoch >= notNumberFrom && seed === seeds[0];
    const loss = bad ? null : lossOf(seed) + 50 / epoch;
    const quality = labelled ? 0.5 + 0.05 * epoch : null;
    return JSON.stringify({
      phase: "training",
      epoch,
      step: 10 * epoch,
      loss,
      totals: { model: loss },
      terms: { reconstruction: loss, categorical: 1 + 0.1 * epoch },
      weights: { reconstruction: 1, categorical: 1 },
      accuracy: quality,
      nmi: quality,
      testError: null,
      signs: [],
    });
  });
}

function evaluationOf(
  { dataset, classes, labelled, deep, seeds, notNumberMetric, signs, renumbered }: Options,
  examples: Examples,
): object {
  const { info, trueClass } = examples;
  const confusionOf = (cluster: Int32Array): number[][] =>
    classes.map((_, label) =>
      Array.from(
        { length: clusters },
        (_, k) => trueClass.filter((value, row) => value === label && cluster[row] === k).length,
      ),
    );
  // 0.7, 0.8, 0.9: a mean of 0.8 however many runs there are.
  const spread = (i: number): number => i - (seeds.length - 1) / 2;
  const runs = seeds.map((seed, i) => {
    const shift = renumbered ? i : 0;
    const cluster = clustersOf(examples, shift);
    return {
      seed,
      figures: {
        accuracy: labelled ? 0.8 + 0.1 * spread(i) : null,
        nmi: labelled ? 0.5 : null,
        ari: labelled ? 0.4 : null,
        accuracySimple: labelled && deep ? 0.6 : null,
        testError: null,
        silhouette: 0.3,
        ...(labelled && { "knn@5": 3 + spread(i) }),
      },
      // Class c is in cluster c + 1 + shift (mod 4).
      assignment: Array.from({ length: clusters }, (_, k) =>
        labelled ? (k + 3 * (1 + shift)) % clusters : -1,
      ),
      confusion: labelled ? confusionOf(cluster) : [],
      clusterSizes: Array.from({ length: clusters }, (_, k) => cluster.filter((value) => value === k).length),
      signs,
    };
  });
  const rounded = (found: ReturnType<typeof summaryOf>) =>
    found && {
      ...found,
      mean: Number(found.mean.toFixed(9)),
      std: found.std && Number(found.std.toFixed(9)),
    };
  const names = ["accuracy", "accuracySimple", "testError", "nmi", "ari", "knn@5", "silhouette"];
  const summary = Object.fromEntries(names.map((name) => [name, rounded(summaryOf(runs, name))]));
  return {
    dataset: { name: dataset, n, train: trainingRows, test: n - trainingRows, classes: info.classes },
    clusters,
    latent: "feature",
    selectedSeed: seeds[0],
    runs,
    baseline: { examples: n, accuracy: labelled ? 0.55 : null, silhouette: 0.25 },
    knn: { examples: 10, of: 10 },
    agreement: seeds.length > 1 ? 0.75 : null,
    summary: { ...summary, ...(notNumberMetric && { nmi: { ...summary.nmi, mean: Number.NaN } }) },
  };
}

/** rows × columns pictures, each of one grey. */
function grid(rows: number, columns: number, d: number): Columns {
  const cells = rows * columns;
  const values = Float32Array.from({ length: cells * d }, (_, i) => Math.floor(i / d) / cells);
  return {
    row: { values: Int32Array.from({ length: cells }, (_, i) => Math.floor(i / columns)), width: 1 },
    column: { values: Int32Array.from({ length: cells }, (_, i) => i % columns), width: 1 },
    values: { values, width: d },
  };
}
