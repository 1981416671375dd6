import { lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { artifactPath, linkArtifacts, listPipelines } from "../src/index.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-workspace-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

/** Makes a pipeline in a folder, and a file that a stage of it wrote. */
function addPipeline(name: string, folder: string): { name: string; folder: string } {
  const path = join(root, folder);
  mkdirSync(join(path, "out"), { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: `@pipelines/${name}` }));
  writeFileSync(join(path, "pipeline.json"), "{}");
  writeFileSync(join(path, "out", "figures"), name);
  return { name, folder: path };
}

test("pipelines are found in their three places, members of a study with its name", async () => {
  addPipeline("mnist-dec", "studies/benchmark/mnist/dec");
  addPipeline("mine", "pipelines/local/mine");
  addPipeline("usps", "pipelines/usps");
  expect((await listPipelines(root)).map(({ name, study }) => [name, study])).toEqual([
    ["mine", null],
    ["mnist-dec", "benchmark"],
    ["usps", null],
  ]);
});

test("a pipeline writes to its own folder, also after it has moved; anything else to artifacts/", () => {
  addPipeline("mnist-dec", "studies/benchmark/mnist/dec");
  expect(artifactPath(root, "mnist-dec", "train", "manifest.json")).toBe(
    join(root, "studies/benchmark/mnist/dec/out/train/manifest.json"),
  );
  renameSync(join(root, "studies"), join(root, "elsewhere"));
  addPipeline("mnist-dec", "pipelines/mnist-dec");
  expect(artifactPath(root, "mnist-dec")).toBe(join(root, "pipelines/mnist-dec/out"));
  expect(artifactPath(root, "overview", "report")).toBe(join(root, "artifacts/overview/report"));
});

test("artifacts/<pipeline> is a link to it, which follows the pipeline", async () => {
  await linkArtifacts(root, addPipeline("x", "pipelines/x"));
  await linkArtifacts(root, addPipeline("x", "pipelines/x"));
  expect(readFileSync(join(root, "artifacts/x/figures"), "utf8")).toBe("x");
  renameSync(join(root, "pipelines"), join(root, "studies"));
  await linkArtifacts(root, { name: "x", folder: join(root, "studies/x") });
  expect(readFileSync(join(root, "artifacts/x/figures"), "utf8")).toBe("x");
});

test("something else in its place stays, and the results' place is printed", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => {});
  mkdirSync(join(root, "artifacts/x"), { recursive: true });
  writeFileSync(join(root, "artifacts/x/notes"), "");
  await linkArtifacts(root, addPipeline("x", "pipelines/x"));
  expect(lstatSync(join(root, "artifacts/x/notes")).isFile()).toBe(true);
  expect(said.mock.calls.flat().join()).toBe(
    `artifacts/x is not a link (EEXIST); the results lie in ${join("pipelines", "x", "out")}`,
  );
});
