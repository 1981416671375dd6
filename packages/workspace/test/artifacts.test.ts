import { lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { artifactPath, linkArtifacts, listPipelines, readStudy } from "../src/index.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-workspace-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

/** Creates a pipeline in a folder, with an output file. */
function addPipeline(name: string, folder: string): { name: string; folder: string } {
  const path = join(root, folder);
  mkdirSync(join(path, "out"), { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: `@pipelines/${name}` }));
  writeFileSync(join(path, "pipeline.json"), "{}");
  writeFileSync(join(path, "out", "figures"), name);
  return { name, folder: path };
}

test("pipelines are found in pipelines/, pipelines/local/ and studies/, members of a study with its name", async () => {
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

test("a folder at the link's path stays, and the path of the results is printed", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  mkdirSync(join(root, "artifacts/x"), { recursive: true });
  writeFileSync(join(root, "artifacts/x/notes"), "");
  await linkArtifacts(root, addPipeline("x", "pipelines/x"));
  expect(lstatSync(join(root, "artifacts/x/notes")).isFile()).toBe(true);
  expect(log.mock.calls.flat().join()).toBe(
    `artifacts/x is not a link (EEXIST); the results are in ${join("pipelines", "x", "out")}`,
  );
});

test.each(["..", ".", "../../x", "a/b", "a\\b", "", "A", "a\0", "x".repeat(101)])(
  "%j is the name of no pipeline and no study",
  async (name) => {
    expect(() => artifactPath(root, name)).toThrow(/cannot be the name of a pipeline/);
    await expect(readStudy(root, name)).rejects.toThrow(/cannot be the name/);
  },
);

test("a package whose name leads out of its folder is refused by its file", async () => {
  addPipeline("..", "pipelines/x");
  await expect(listPipelines(root)).rejects.toThrow(/"\.\." cannot be the name[\s\S]*x.package\.json/);
  expect(() => artifactPath(root, "..")).toThrow(/cannot be the name/);
});
