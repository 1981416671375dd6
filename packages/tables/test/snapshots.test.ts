import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSnapshots, type Snapshots, TableWriter, writeSnapshots } from "../src/index.js";

const folder = () => mkdtempSync(join(tmpdir(), "gumbel-snapshots-"));

const snapshots: Snapshots = {
  unit: "epoch",
  index: Uint32Array.of(3, 9),
  label: Int32Array.of(1, -1),
  moments: [
    {
      at: 1,
      cluster: Int32Array.of(0, 1),
      latent: { values: Float32Array.of(0, 1, 2, 3, 4, 5), width: 3 },
      probabilities: { values: Float32Array.of(0.75, 0.25, 0.5, 0.5), width: 2 },
      pseudoLabel: Int32Array.of(-1, -1),
    },
    {
      at: 5,
      cluster: Int32Array.of(1, 1),
      latent: { values: Float32Array.of(6, 7, 8, 9, 10, 11), width: 3 },
      probabilities: { values: Float32Array.of(0, 1, 0.25, 0.75), width: 2 },
      pseudoLabel: Int32Array.of(1, 0),
    },
  ],
};

test("snapshots are read as they were written", async () => {
  const path = join(folder(), "snapshots.arrow");
  writeSnapshots(path, snapshots);
  expect(await readSnapshots(path)).toEqual(snapshots);
});

test("a single moment of one example, with latents of one value and no probabilities, is read as it was written", async () => {
  const path = join(folder(), "snapshots.arrow");
  const one: Snapshots = {
    unit: "step",
    index: Uint32Array.of(7),
    label: Int32Array.of(0),
    moments: [
      {
        at: 3,
        cluster: Int32Array.of(-1),
        latent: { values: Float32Array.of(0.5), width: 1 },
        probabilities: null,
        pseudoLabel: null,
      },
    ],
  };
  writeSnapshots(path, one);
  expect(await readSnapshots(path)).toEqual(one);
});

test("moments that lack an example are refused, with the file", async () => {
  const path = join(folder(), "snapshots.arrow");
  const table = new TableWriter(path, { metadata: { "gumbel.unit": "epoch" }, vectors: ["latent"] });
  const plain = (...values: number[]) => ({ values: Int32Array.from(values), width: 1 });
  table.write({
    at: plain(1, 1, 5),
    index: { values: Uint32Array.of(3, 9, 3), width: 1 },
    label: plain(0, 0, 0),
    cluster: plain(0, 0, 0),
    latent: { values: new Float32Array(3), width: 1 },
  });
  table.close();
  await expect(readSnapshots(path)).rejects.toThrow("the moments are not of the same examples");
});

test("a failed write leaves no file", () => {
  const at = folder();
  expect(() => writeSnapshots(join(at, "snapshots.arrow"), { ...snapshots, moments: [] })).toThrow();
  expect(readdirSync(at)).toEqual([]);
});
