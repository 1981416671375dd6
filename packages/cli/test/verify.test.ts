/** Damage is named, wherever it is: in an output, in what training keeps, in a record, in an entry of turbo's cache. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { recordPath } from "@gumbel/records";
import { describeFiles, finishedDigest, withChecksum, writeManifest } from "@gumbel/tables";
import { sha256 } from "@gumbel/workspace";
import { create } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verify } from "../src/verify.js";

const project = resolve(import.meta.dirname, "../../..");
const hasZstd = (() => {
  try {
    execFileSync("zstd", ["--version"]);
    return true;
  } catch {
    return false;
  }
})();

let root: string;
const path = (...parts: string[]): string => join(root, ...parts);
const pipeline = "studies/benchmark/usps/dec";
const weights = `${pipeline}/out/train/weights`;
const checkpoint = `${pipeline}/out/scratch/train/seed-1/0a/start-0.checkpoint`;
const finished = `${pipeline}/out/scratch/finished/seed-0`;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "gumbel-verify-"));
  mkdirSync(path(pipeline, "out", "train"), { recursive: true });
  writeFileSync(path(pipeline, "package.json"), '{ "name": "@pipelines/usps-dec" }');
  writeFileSync(path(pipeline, "pipeline.json"), "{}");
  writeFileSync(path("studies/benchmark/study.json"), '{ "title": "A", "tables": [] }');
  writeFileSync(path(weights), "1");
  const described = { stage: "train", config: sha256(""), seed: 0, reads: [], versions: {} };
  const files = await describeFiles(path(pipeline, "out", "train"), ["weights"]);
  await writeManifest(path(pipeline, "out", "train"), { ...described, pipeline: "usps-dec", files });
  mkdirSync(dirname(path(checkpoint)), { recursive: true });
  writeFileSync(path(checkpoint), withChecksum(Buffer.from("weights")));
  mkdirSync(path(finished), { recursive: true });
  writeFileSync(path(finished, "weights"), "1");
  const seed = { key: "a", files: { weights: sha256("1") } };
  writeFileSync(path(finished, "run.json"), JSON.stringify({ ...seed, digest: finishedDigest(seed) }));
  const record = recordPath(root, "benchmark", "usps-dec");
  mkdirSync(dirname(record));
  cpSync(recordPath(project, "benchmark", "usps-dec"), record);
});
afterEach(() => rmSync(root, { recursive: true }));

/** Stores the output as turbo does. */
async function store(): Promise<string> {
  mkdirSync(path("cache"), { recursive: true });
  const archive = path("cache", "0a.tar");
  await create({ cwd: root, file: archive }, [`${pipeline}/out/train`]);
  execFileSync("zstd", ["-q", "--rm", archive]);
  return `${archive}.zst`;
}
const problems = async (): Promise<string> =>
  (await verify(root, path("cache"))).problems.map(({ what, hint }) => `${what}; ${hint}`).join("\n");

test("what is whole is counted, and nothing is said", async ({ skip }) => {
  skip(!hasZstd, "there is no zstd");
  await store();
  expect(await verify(root, path("cache"))).toEqual({
    ...{ artifacts: 1, kept: 2, records: 1, cached: 1 },
    problems: [],
  });
});

test("an output that is damaged is named, and the command that writes it anew", async () => {
  writeFileSync(path(weights), "2");
  expect(await problems()).toMatch(
    /usps-dec\/train: a file is not what its stage wrote \(.*weights\).*evaluate --force --filter=@pipelines\/usps-dec/,
  );
});

test("a damaged checkpoint is named", async () => {
  writeFileSync(path(checkpoint), readFileSync(path(checkpoint)).subarray(1));
  expect(await problems()).toMatch(
    /usps-dec\/scratch: a checkpoint is damaged \(.*start-0\.checkpoint\); training does not use it/,
  );
});

test.each([
  { what: "file", name: "weights", change: (text: string) => `${text}2` },
  { what: "description", name: "run.json", change: (text: string) => text.replace('"a"', '"b"') },
])("a finished seed with another $what is named", async ({ name, change }) => {
  const file = path(finished, name);
  writeFileSync(file, change(readFileSync(file, "utf8")));
  expect(await problems()).toMatch(
    new RegExp(`usps-dec/scratch: a file of a finished seed .*finished/seed-0/${name}\\)`),
  );
});

test("a record that was changed is named", async () => {
  const record = recordPath(root, "benchmark", "usps-dec");
  writeFileSync(record, readFileSync(record, "utf8").replace('"full"', '"quick"'));
  expect(await problems()).toMatch(/record of usps-dec: the record is not what was written/);
});

test("a cache entry with another file than its manifest lists is named, and so is one that is cut", async ({
  skip,
}) => {
  skip(!hasZstd, "there is no zstd");
  writeFileSync(path(weights), "2");
  const entry = await store();
  writeFileSync(path(weights), "1");
  expect(await problems()).toMatch(/cache entry 0a\.tar\.zst: has another weights of usps-dec\/train/);
  writeFileSync(entry, readFileSync(entry).subarray(0, 40));
  expect(await problems()).toMatch(/cache entry 0a\.tar\.zst: /);
});
