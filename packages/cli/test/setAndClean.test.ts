/** gumbel set and gumbel clean, in a small workspace. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withLock } from "@gumbel/workspace";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clean } from "../src/clean.js";
import { setFields } from "../src/set.js";

let root: string;
let said: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-cli-"));
  said = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void said.push(text));
  write("pnpm-workspace.yaml", "packages: []\n");
  write("pipelines/mine/package.json", '{ "name": "@pipelines/mine" }');
  write("pipelines/mine/pipeline.json", text);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function write(path: string, contents: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), contents);
}
const file = () => readFileSync(join(root, "pipelines/mine/pipeline.json"), "utf8");

const text = `{
  "train": { "epochs": 3 },
  "model": "gumbel-vae",
  "dataset": "moons",
  "profiles": { "quick": { "train": { "epochs": 1 } }, "full": { "train": { "seeds": 2 } } }
}
`;

describe("gumbel set", () => {
  test("writes fields in their place, also in the profile that sets them, and says what has changed", async () => {
    await setFields(root, "mine", ["train.epochs=5", "model.wG=6"]);
    expect(file()).toBe(`{
  "train": { "epochs": 5 },
  "model": { "name": "gumbel-vae", "wG": 6 },
  "dataset": "moons",
  "profiles": { "quick": { "train": { "epochs": 5 } }, "full": { "train": { "seeds": 2 } } }
}
`);
    expect(said.join("\n")).toContain("train.epochs: 3 → 5");
    expect(said.join("\n")).toContain("profiles.quick.train.epochs: 1 → 5");
  });

  test("writes a field of one profile", async () => {
    await setFields(root, "mine", ["profiles.full.train.seeds=4"]);
    expect(file()).toBe(text.replace('"seeds": 2', '"seeds": 4'));
  });

  test.each([
    [["train.epochs=-1"], "train.epochs: Too small"],
    [["train.epochs=5", "model.wg=6"], 'Unrecognized key: "wg"'],
    [["profiles.full.train.sedes=4"], 'Unrecognized key: "sedes"'],
    [["train.epochs"], '"train.epochs" sets no field'],
  ])("refuses %j and writes nothing", async (words, message) => {
    await expect(setFields(root, "mine", words)).rejects.toThrow(message);
    expect(file()).toBe(text);
  });
});

describe("gumbel clean", () => {
  const written = [
    "pipelines/mine/out/train/manifest.json",
    "pipelines/mine/out/scratch/finished/seed-0/weights.safetensors",
    "studies/local/rates/0a1b2c3d/out/train/manifest.json",
    "studies/local/rates/0a1b2c3d/pipeline.json",
    "artifacts/rates/sweep/index.html",
    "artifacts/overview/report/index.html",
  ];
  const kept = [
    "pipelines/mine/pipeline.json",
    "studies/benchmark/records/mine.json",
    "data.csv",
    "artifacts/notes.txt",
    ".turbo/cache/x.tar.zst",
  ];
  beforeEach(() => {
    for (const path of [...written, ...kept.slice(1)]) write(path, "{}");
    write("studies/local/rates/0a1b2c3d/package.json", '{ "name": "@pipelines/rates-0a1b2c3d" }');
    symlinkSync(join(root, "pipelines/mine/out"), join(root, "artifacts/mine"));
  });
  const there = (paths: string[]) => paths.filter((path) => existsSync(join(root, path)));

  test("removes all that was run and nothing else, and says how many bytes", async () => {
    await clean(root, undefined, { yes: true });
    expect(there(written)).toEqual([]);
    expect(there(kept)).toEqual(kept);
    expect(said.at(-1)).toMatch(/^removed \d+ bytes$/);
    await clean(root, undefined, { yes: true });
    expect(said.at(-1)).toBe("there is nothing to remove");
  });

  test("removes one pipeline, or one sweep", async () => {
    await clean(root, "mine", { yes: true });
    expect(there(written)).toEqual(written.slice(2));
    expect(existsSync(join(root, "artifacts/mine"))).toBe(false);
    await clean(root, "rates", { yes: true });
    expect(there(written)).toEqual(written.slice(5));
  });

  test("removes nothing without a yes, nor under a run that is at work", async () => {
    await expect(clean(root, "mine", {})).rejects.toThrow("nothing was removed");
    await withLock(join(root, "pipelines/mine/out/locks/work.lock"), async () => {
      await expect(clean(root, undefined, { yes: true })).rejects.toThrow("a run of mine is at work");
    });
    expect(there(written)).toEqual(written);
  });
});
