/** A small workspace with one study and the files that the stages of its members would write. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ProfileName } from "@gumbel/config";
import { makePlans } from "@gumbel/plan";
import { recordPath, sealed } from "@gumbel/records";
import { describeFiles, type Manifest, writeManifest, writeTable } from "@gumbel/tables";
import {
  allPoints,
  artifactPath,
  listPipelines,
  type Point,
  readStudy,
  sha256File,
  toJson,
} from "@gumbel/workspace";
import { runToRecord } from "../src/index.js";
import { type Report, reportOf } from "../src/output/report.js";
import { Members } from "../src/tables/members.js";
import type { Cell, Table } from "../src/tables/table.js";

/** Results of a member's run. */
interface Found {
  profile?: ProfileName;
  /** Accuracy of each seed; NMI is half of it. */
  accuracy?: number[];
  /** Data set and system of the run, if they are not those of the member's name. */
  dataset?: string;
  model?: string;
  date?: string;
  /** Test error of each seed, in percent; none if absent. */
  testError?: number[];
  /** q(c | x) of each example's cluster, which is its class for the first half of them; no latents if absent. */
  certainty?: number[];
  /** Accuracy after each epoch, the same for each seed unless `spread` is what each has more than the one before. */
  epochs?: number[];
  spread?: number;
}

const stages = ["ingest", "train", "extract", "evaluate"] as const;

export class StudyWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), "gumbel-study-"));
  readonly folder = join(this.root, "studies", "benchmark");

  constructor() {
    this.write("pnpm-workspace.yaml", "packages: []\n");
    this.write("studies/benchmark/study.json", {
      title: "A study",
      tables: [
        {
          id: "unsupervised",
          title: "Unsupervised clustering",
          source: "Quantitative Results: Clustering Performance (slide 86)",
          datasets: ["usps", "reuters-10k", "reuters-21578"],
          metrics: ["accuracy", "nmi"],
          rows: ["kmeans", "ae-kmeans", "gumbel-vae", "not-yet-there"],
        },
      ],
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  path(name: string): string {
    const [first, pipeline, ...parts] = name.split("/");
    if (first === "artifacts" && pipeline) return artifactPath(this.root, pipeline, ...parts);
    return join(this.root, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  write(name: string, contents: object | string): void {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof contents === "string" ? contents : toJson(contents));
  }

  /** Writes a member, or changes its pipeline.json; returns its name. */
  member(dataset: string, model: string, changes: object = {}): string {
    const name = `${dataset}-${model}`;
    const folder = `studies/benchmark/${dataset}/${model}`;
    this.write(`${folder}/package.json`, { name: `@pipelines/${name}` });
    this.write(`${folder}/pipeline.json`, { dataset, model, ...changes });
    return name;
  }

  /** Writes a pipeline that is no member; returns its name. */
  alone(name: string, contents: object): string {
    this.write(`pipelines/${name}/package.json`, { name: `@pipelines/${name}` });
    this.write(`pipelines/${name}/pipeline.json`, contents);
    return name;
  }

  /** Writes the points of the study's sweeps. */
  async points(): Promise<Point[]> {
    const points = allPoints(await readStudy(this.root, "benchmark"), "benchmark");
    for (const { name, folder, config } of points) {
      this.write(`${folder}/package.json`, { name: `@pipelines/${name}` });
      this.write(`${folder}/pipeline.json`, config);
    }
    return points;
  }

  /** The plan stage of a member. */
  async plan(name: string, profile: ProfileName): Promise<Awaited<ReturnType<typeof makePlans>>> {
    const { folder } = (await listPipelines(this.root)).find((place) => place.name === name)!;
    const plans = await makePlans(folder, name, profile);
    for (const [stage, plan] of Object.entries(plans))
      this.write(`artifacts/${name}/plan/${stage}.json`, {
        ...plan,
        ...(stage === "ingest" && { files: {} }),
        code: {},
      });
    return plans;
  }

  /** Writes all files of a finished run of a member. */
  async finish(name: string, found: Found = {}): Promise<void> {
    const { profile = "full", accuracy = [0.7, 0.8, 0.9], date = "2026-01-02T03:04:05.000Z" } = found;
    const plans = await this.plan(name, profile);
    const at = (file: string): string => `artifacts/${name}/${file}`;
    const round = (value: number): number => Number(value.toPrecision(12));
    const over = (values: number[]) => {
      const mean = round(values.reduce((sum, value) => sum + value, 0) / values.length);
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return {
        mean,
        std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null,
        n: values.length,
      };
    };
    this.write(at("ingest/data.arrow"), "examples");
    this.write(at("train/summary.json"), {
      model: found.model ?? plans.train.model,
      title: "A system",
      clusters: 2,
      tried: null,
      parameters: 10,
      runs: accuracy.map((_, seed) => ({ seed, epochs: 5, steps: 50, loss: seed, restarts: [], signs: [] })),
    });
    const followed = found.epochs ?? [];
    const curves = followed.length > 0 ? accuracy.map((_, seed) => `seed-${seed}/metrics.jsonl`) : [];
    const line = (value: number, i: number): string =>
      JSON.stringify({
        phase: "training",
        epoch: i + 1,
        step: i + 1,
        loss: 1,
        totals: { model: 1 },
        terms: { assignment: value / 4, feature: 7 },
        weights: { assignment: 1, feature: 1 },
        accuracy: value,
        nmi: null,
        testError: found.testError ? 100 * (1 - value) : null,
        signs: [],
      });
    for (const [seed, file] of curves.entries()) {
      const ofSeed = followed.map((value) => value + seed * (found.spread ?? 0));
      this.write(at(`train/${file}`), ofSeed.map((value, i) => `${line(value, i)}\n`).join(""));
    }
    this.write(at("extract/seed-0/latents.arrow"), "latents");
    if (found.certainty) this.#writeLatents(at("extract/seed-0/latents.arrow"), found.certainty);
    this.write(at("evaluate/evaluation.json"), {
      dataset: {
        name: found.dataset ?? plans.ingest.dataset,
        n: 20,
        train: 10,
        test: 10,
        classes: ["a", "b"],
      },
      clusters: 2,
      latent: "feature",
      selectedSeed: 0,
      runs: accuracy.map((value, seed) => ({
        seed,
        figures: {
          accuracy: value,
          nmi: value / 2,
          ari: null,
          accuracySimple: null,
          testError: found.testError?.[seed] ?? null,
          "knn@3": 5,
        },
        assignment: [0, 1],
        confusion: [
          [10, 0],
          [0, 10],
        ],
        clusterSizes: [10, 10],
        signs: [],
      })),
      baseline: null,
      knn: { examples: 10, of: 10 },
      agreement: null,
      summary: {
        accuracy: over(accuracy),
        nmi: over(accuracy.map((value) => value / 2)),
        ari: null,
        accuracySimple: null,
        testError: found.testError ? over(found.testError) : null,
        "knn@3": over(accuracy.map(() => 5)),
      },
    });
    const files = {
      ingest: "data.arrow",
      train: "summary.json",
      extract: "seed-0/latents.arrow",
      evaluate: "evaluation.json",
    };
    const reads: Manifest["reads"] = [];
    for (const stage of stages) {
      const own = [...reads];
      const source = stage === "train" ? plans.train.pretrainedFrom : null;
      if (source) own.push(await this.#read(`${source}/train/manifest.json`));
      this.write(at(`${stage}/run.json`), {
        startedAt: date,
        seconds: 60,
        peakRssBytes: 1,
        node: "v20.0.0",
        platform: "linux-x64",
        cores: 2,
        cpu: "A processor",
        memoryBytes: 8e9,
        turboHash: null,
        facts: {},
      });
      await writeManifest(this.path(at(stage)), {
        stage,
        pipeline: name,
        config: await sha256File(this.path(at(`plan/${stage}.json`))),
        seed: 0,
        reads: own,
        versions: { [`@gumbel/${stage}`]: "0.1.0" },
        files: await describeFiles(this.path(at(stage)), [
          files[stage],
          ...(stage === "train" ? curves : []),
        ]),
      });
      reads.push(await this.#read(`${name}/${stage}/manifest.json`));
    }
  }

  #writeLatents(file: string, certainty: number[]): void {
    const n = certainty.length;
    writeTable(
      this.path(file),
      {
        cluster: { values: new Int32Array(n), width: 1 },
        label: { values: Int32Array.from({ length: n }, (_, i) => (i < n / 2 ? 0 : 1)), width: 1 },
        probabilities: { values: Float32Array.from(certainty.flatMap((q) => [q, 1 - q])), width: 2 },
      },
      { vectors: ["probabilities"] },
    );
  }

  async #read(path: string): Promise<Manifest["reads"][number]> {
    return { path, sha256: await sha256File(this.path(`artifacts/${path}`)) };
  }

  /** Writes the finished run of a member as its record and deletes the run. */
  async record(name: string, found: Found = {}): Promise<void> {
    await this.finish(name, found);
    writeFileSync(this.#recordFile(name), sealed((await runToRecord(this.root, name))!));
    rmSync(this.path(`artifacts/${name}`), { recursive: true });
  }

  #recordFile(name: string): string {
    const path = recordPath(this.root, "benchmark", name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** Changes a member's record as if it had been written so. */
  editRecord(name: string, edit: (record: Record<string, unknown>) => void): void {
    const path = this.#recordFile(name);
    const { digest: _, ...record } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    edit(record);
    writeFileSync(path, sealed(record));
  }

  async tables(): Promise<Table[]> {
    return (await this.report()).tables;
  }

  async report(): Promise<Report> {
    const study = await readStudy(this.root, "benchmark");
    return reportOf(this.root, study, "benchmark", await Members.of(this.root, "benchmark", study));
  }

  /** One cell of the study's table. */
  async cell(dataset: string, system: string, metric = "accuracy"): Promise<Cell> {
    const { columns, rows } = (await this.tables())[0]!;
    const column = columns.findIndex((each) => each.dataset === dataset && each.metric.name === metric);
    return rows.find((row) => row.system === system)!.cells[column]!;
  }
}
