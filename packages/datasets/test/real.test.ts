/** The real files, if they are in GUMBEL_DATA. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../src/index.js";

const cases = [
  {
    name: "mnist",
    file: "mnist/train-images-idx3-ubyte.gz",
    info: { name: "mnist", shape: [28, 28, 1] },
    classCounts: [
      [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
      [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    ],
  },
  {
    name: "usps",
    file: "usps/zip.train.gz",
    info: { name: "usps", shape: [16, 16, 1] },
    classCounts: [
      [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644],
      [359, 264, 198, 166, 200, 160, 170, 147, 166, 177],
    ],
  },
  {
    name: "svhn",
    file: "svhn-format/train_32x32.mat",
    info: { name: "svhn-stand-in", shape: [32, 32, 3] },
    classCounts: [
      [292, 320, 277, 330, 289, 266, 296, 351, 281, 298],
      [98, 100, 89, 96, 115, 73, 110, 114, 91, 114],
    ],
  },
  {
    name: "reuters-21578",
    file: "reuters-21578/reuters21578.tar.gz",
    info: {
      name: "reuters-21578",
      shape: [2000],
      classes: ["corporate", "energy", "economy", "commodities"],
    },
    classCounts: [[], []],
  },
];

describe.each(cases)("$name", ({ name, file, info, classCounts }) => {
  const data = process.env.GUMBEL_DATA;
  const missing = !data || !existsSync(join(data, file));
  const title = missing
    ? `skipped: GUMBEL_DATA has no ${file}`
    : "the real files have the published sizes and classes";

  test.skipIf(missing)(title, async () => {
    const dataset = await loadDataset(name);
    const opened = await dataset.open(dataset.optionsSchema.parse({}), {
      seed: 0,
      folder: "/",
      log: () => {},
    });
    expect(opened.info).toMatchObject(info);
    const d = opened.info.shape.reduce((product, size) => product * size, 1);
    const counts = [0, 1].map(() => new Array<number>(opened.info.classes.length).fill(0));
    let next = 0;
    let inOrder = true;
    for await (const { features, labels, split, index } of opened.batches()) {
      expect(features.length).toBe(labels.length * d);
      for (const [i, label] of labels.entries()) {
        counts[split[i]!]![label]!++;
        inOrder &&= index[i] === next++;
      }
      // Documents are scaled to ‖x‖² = d.
      if (opened.info.kind === "text") {
        let square = 0;
        for (const value of features.subarray(0, d)) square += value * value;
        expect(Math.abs(square / d - 1)).toBeLessThan(1e-5);
      }
    }
    expect(inOrder).toBe(true);
    const sums = counts.map((of) => of.reduce((sum, count) => sum + count, 0));
    expect(sums).toEqual([opened.sizes.train, opened.sizes.test]);
    if (name === "reuters-21578") {
      expect(counts[0]!.map((count, label) => count + counts[1]![label]!)).toEqual([6325, 628, 2231, 1706]);
      expect(sums).toEqual([8002, 2888]);
    } else expect(counts).toEqual(classCounts);
  });
});
