/** A checkpoint is whole, and of this run, or it is not used. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Parameters, startEngine } from "@gumbel/engine";
import type { Model } from "@gumbel/models";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { loadCheckpoint, saveCheckpoint, startPosition } from "../src/checkpoint.js";

let folder: string;
let path: string;
const said: string[] = [];
beforeAll(async () => {
  await startEngine({ threads: 1 });
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-checkpoint-"));
  path = join(folder, "start-0.checkpoint");
  said.length = 0;
  await saveCheckpoint(path, "key", { ...startPosition("training", []), epoch: 7 }, model(), new Map());
});
afterEach(() => rmSync(folder, { recursive: true }));

function model(): Model {
  const parameters = new Parameters();
  parameters.create("weights", [3], Float32Array.of(1, 2, 3));
  return { parameters, training: { phases: [] } } as unknown as Model;
}
const load = (key = "key") => loadCheckpoint(path, key, model(), (what) => said.push(what));

test("one that is whole is used", async () => {
  expect((await load())?.position.epoch).toBe(7);
  expect(said).toEqual([]);
});

test("no flipped bit is taken: the checkpoint is named and not used", async () => {
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = damaged[at]! ^ (1 << (at % 8));
    writeFileSync(path, damaged);
    expect(await load(), `byte ${at}`).toBeUndefined();
    expect(said.pop()).toContain(path);
  }
});

test.each([
  { what: "cut", change: (whole: Buffer) => whole.subarray(0, whole.length / 2) },
  { what: "empty", change: () => Buffer.alloc(0) },
  {
    what: "edited at its position",
    change: (whole: Buffer) =>
      Buffer.from(whole.toString("latin1").replace('\\"epoch\\":7', '\\"epoch\\":9'), "latin1"),
  },
])("one that is $what is named and not used", async ({ change }) => {
  const whole = readFileSync(path);
  const changed = change(whole);
  expect(changed.equals(whole)).toBe(false);
  writeFileSync(path, changed);
  expect(await load()).toBeUndefined();
  expect(said.join()).toMatch(/is damaged, so that it is trained from the beginning: .*start-0\.checkpoint/);
});

test("one of other settings, code, data or engine is named and not used, though it lies in this run's folder", async () => {
  expect(await load("another")).toBeUndefined();
  expect(said.join()).toContain("that of another run");
});
