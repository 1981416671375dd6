/** The pipelines under pipelines/ and studies/ are those that the templates generate. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipelineJsonSchema, profileNames, resolvePipeline, splitNamed } from "@gumbel/config";
import { datasetNames } from "@gumbel/datasets";
import { systemNames } from "@gumbel/models";
import { allPoints, listPipelines, readStudy } from "@gumbel/workspace";
import { describe, expect, test } from "vitest";
import { kindOf } from "../src/newPipeline.js";
import { localPipelines, pipelinePackage, pipelineTurbo, taskTable } from "../src/template.js";

const root = resolve(import.meta.dirname, "../../..");
// Those of the person's own data are no part of the project.
const pipelines = (await listPipelines(root)).filter(
  ({ folder }) => !folder.startsWith(join(root, localPipelines)),
);
const names = pipelines.map(({ name }) => name);
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));
const benchmark = await readStudy(root, "benchmark");
const sweeps = await Promise.all(
  ["weights", "digits", "labels"].map(async (name) => ({ name, study: await readStudy(root, name) })),
);

test("the shipped pipelines are the expected ones", () => {
  expect(names).toEqual(
    expect.arrayContaining(["circles", "mnist", "moons", "quickstart", "reuters", "svhn", "usps"]),
  );
});

test("a row of the study has its member on every data set of its table, if its system is implemented", () => {
  // Rows with labels are written by hand.
  const unlabelled = benchmark.tables.filter(({ labels }) => labels === null);
  const wanted = unlabelled.flatMap(({ rows, datasets }) =>
    rows
      .filter((row) => typeof row === "string")
      .filter((system) => systemNames.includes(system))
      .flatMap((system) => datasets.map((dataset) => `${dataset}-${system}`)),
  );
  expect(names).toEqual(expect.arrayContaining(wanted));
});

test("a row with a pipeline of its own names one with its data set, system and labels, and the study waits for it", () => {
  const rows = benchmark.tables.flatMap((table) => table.rows);
  const named = rows.flatMap((row) =>
    typeof row === "object" && "system" in row
      ? Object.entries(row.pipelines).map(([dataset, pipeline]) => ({ ...row, dataset, pipeline }))
      : [],
  );
  expect(named.map(({ pipeline }) => pipeline)).toContain("mnist-100-labels");
  const { devDependencies } = read(root, "studies", "benchmark", "package.json") as {
    devDependencies: Record<string, string>;
  };
  for (const { dataset, system, labels, pipeline } of named) {
    const { folder } = pipelines.find(({ name }) => name === pipeline)!;
    const full = resolvePipeline(read(folder, "pipeline.json"), "full", pipeline);
    expect(splitNamed(full.dataset).name).toBe(dataset);
    expect(splitNamed(full.model).name).toBe(system);
    expect(full.labels?.count ?? null).toBe(labels);
    expect(`@pipelines/${pipeline}` in devDependencies).toBe(!benchmark.onDemand.includes(dataset));
  }
});

test.each(sweeps)(
  "each point of $name has the settings of the study (else: pnpm gumbel members $name)",
  ({ name, study }) => {
    const points = allPoints(study, name);
    expect(pipelines.flatMap((pipeline) => (pipeline.study === name ? pipeline.name : []))).toEqual(
      points.map((point) => point.name).sort(),
    );
    for (const point of points) {
      const { folder } = pipelines.find((pipeline) => pipeline.name === point.name)!;
      expect(folder).toBe(join(root, point.folder));
      const { $schema: _, ...config } = read(folder, "pipeline.json") as { $schema: string };
      expect(config).toEqual(point.config);
    }
  },
);

describe.each(pipelines)("$name", (pipeline) => {
  const { name, folder, study } = pipeline;
  const resolved = (profile: (typeof profileNames)[number]) =>
    resolvePipeline(read(folder, "pipeline.json"), profile, name);

  test("has the package.json and turbo.json of the template (else: pnpm gumbel tasks)", async () => {
    const kind = await kindOf(root, pipeline);
    expect(read(folder, "package.json")).toEqual(pipelinePackage(kind));
    expect(read(folder, "turbo.json")).toEqual(pipelineTurbo(kind));
    const { $schema } = read(folder, "pipeline.json") as { $schema: string };
    expect(existsSync(join(folder, $schema))).toBe(true);
  });

  test.each(profileNames)(
    "resolves under the profile %s, to a data set and a model in the registries",
    async (profile) => {
      const { dataset, model, train } = resolved(profile);
      expect(datasetNames).toContain(splitNamed(dataset).name);
      expect(systemNames).toContain(splitNamed(model).name);
      expect(train.pretrainedFrom).toBe((await kindOf(root, pipeline)).pretrainedFrom);
    },
  );

  test("is one that its study or the overview waits for", async () => {
    const waiting = study ? join("studies", study) : "pipelines/overview";
    const { devDependencies } = read(root, waiting, "package.json") as {
      devDependencies: Record<string, string>;
    };
    const onDemand = study !== null && benchmark.onDemand.includes((await kindOf(root, pipeline)).dataset);
    expect(Object.keys(devDependencies).includes(`@pipelines/${name}`)).toBe(!onDemand);
  });
});

test("the tasks of a project are those of a clone, but for what waits for builds", () => {
  const text = readFileSync(join(root, "packages/tasks/turbo.json"), "utf8");
  const { tasks } = JSON.parse(text.replace(/^\s*\/\/.*$/gm, "")) as {
    tasks: { plan: { dependsOn?: string[] } };
  };
  delete tasks.plan.dependsOn;
  expect(taskTable()).toEqual(tasks);
});

test("pipeline.schema.json is current (else: pnpm gumbel schema)", () => {
  expect(read(root, "pipelines", "pipeline.schema.json")).toEqual(
    JSON.parse(JSON.stringify(pipelineJsonSchema())),
  );
});
