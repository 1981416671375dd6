/** The named data sets, from tiny files in their formats. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openMnist } from "../src/mnist.js";
import { openReuters10k } from "../src/reuters10k.js";
import { openReuters21578 } from "../src/reuters21578.js";
import { openSvhn } from "../src/svhn.js";
import {
  collect,
  mat,
  svhnPixel,
  temporaryFolder,
  tinyMnist,
  tinyRcv1,
  tinyReuters21578,
  tinySvhn,
  tinyUsps,
  writeFiles,
} from "../src/testing.js";
import { openUsps } from "../src/usps.js";

const float = (values: Iterable<number>): number[] => [...Float32Array.from(values)];

describe("MNIST", () => {
  const { files, train, test: testPart } = tinyMnist();
  const open = (contents: { n: number; sha256: string }[] = [train, testPart]) => {
    const path = writeFiles(temporaryFolder(), files);
    return openMnist(
      [
        { images: path("train-images.gz"), labels: path("train-labels.gz") },
        { images: path("t10k-images.gz"), labels: path("t10k-labels.gz") },
      ],
      contents as [{ n: number; sha256: string }, { n: number; sha256: string }],
    );
  };

  test("training examples come first, pixels and labels as they are stored", async () => {
    const opened = open();
    expect(opened.sizes).toEqual({ train: 3, test: 2 });
    const { features, labels, split, index, bytesPerValue } = await collect(opened);
    expect(features).toEqual([...train.images, ...testPart.images]);
    expect({ labels, split, index, bytesPerValue }).toEqual({
      labels: [0, 3, 6, 1, 4],
      split: [0, 0, 0, 1, 1],
      index: [0, 1, 2, 3, 4],
      bytesPerValue: 1,
    });
  });

  test("complete files with other content are rejected", async () => {
    const other = open([train, { ...testPart, sha256: train.sha256 }]);
    await expect(collect(other)).rejects.toThrow(/not the published data[\s\S]*t10k-images\.gz/);
  });

  test("files with another number of images are rejected", async () => {
    await expect(collect(open([{ ...train, n: 4 }, testPart]))).rejects.toThrow("4x28x28, found 3x28x28");
  });
});

describe("USPS", () => {
  const { files, values, content } = tinyUsps();
  const path = writeFiles(temporaryFolder(), files);

  test.each([
    { format: "The Elements of Statistical Learning", file: "zip.gz" },
    { format: "libsvm", file: "usps.bz2" },
  ])("the format of $format gives the same numbers and labels 0 to 9", async ({ file }) => {
    const { features, labels, split } = await collect(openUsps([path(file), path(file)], [content, content]));
    expect(labels).toEqual([0, 7, 9, 0, 7, 9]);
    expect(split).toEqual([0, 0, 0, 1, 1, 1]);
    expect(features).toEqual(float([...values, ...values]));
  });

  const esl = (change: (fields: string[]) => void): string => {
    const lines = gunzipSync(files["zip.gz"]).toString().trim().split("\n");
    const fields = lines[1]!.trim().split(" ");
    change(fields);
    return [lines[0], fields.join(" "), lines[2]].join("\n");
  };
  test.each([
    { fault: "labels + 256", at: 0, by: 256, says: /the label is digit 263[\s\S]*zip:2/ },
    { fault: "labels + 0.9", at: 0, by: 0.9, says: /"7.9" is not a label[\s\S]*zip:2/ },
    { fault: "values + 65.536", at: 5, by: 65.536, says: /the value 64.906[\s\S]*zip:2[\s\S]*-1 to 1/ },
    { fault: "values + 0.0004", at: 5, by: 0.0004, says: /the value [\s\S]*three decimals/ },
  ])("$fault are rejected, though the rounded digest would be the same", async ({ at, by, says }) => {
    const text = esl((fields) => {
      fields[at] = String(Number(fields[at]) + by);
    });
    const changed = writeFiles(temporaryFolder(), { zip: gzipSync(text) })("zip");
    await expect(collect(openUsps([changed, changed], [content, content]))).rejects.toThrow(says);
  });

  test.each(["0x1", "1_0", "", "Infinity"])("%j is no number", async (value) => {
    const text = esl((fields) => {
      fields[1] = `${value}${value === "" ? "" : " "}`;
    });
    const changed = writeFiles(temporaryFolder(), { zip: gzipSync(text) })("zip");
    await expect(collect(openUsps([changed, changed], [content, content]))).rejects.toThrow(/zip:2/);
  });

  test("values -1 and 1 are 0 and 1 in the model's input", () => {
    const { scale, offset } = openUsps([path("zip.gz"), path("zip.gz")], [content, content]).info;
    expect([-1 * scale + offset, 1 * scale + offset]).toEqual([0, 1]);
  });
});

describe("SVHN", () => {
  const { files, train, test: testPart, content } = tinySvhn();
  const path = writeFiles(temporaryFolder(), files);

  test("a column-major file of SciPy is read as images of rows, columns and channels; label 10 is the digit 0", async () => {
    const opened = await openSvhn([path("train.mat"), path("test.mat")], [content]);
    expect(opened.info.name).toBe("svhn-tiny");
    const { features, labels, split, index } = await collect(opened);
    expect(labels).toEqual([0, 1, 9, 4]);
    expect(split).toEqual([0, 0, 0, 1]);
    expect(index).toEqual([0, 1, 2, 3]);
    expect(features[2 * 3072 + (5 * 32 + 9) * 3 + 1]).toBe(svhnPixel(5, 9, 1, 2));
    expect(features).toEqual([...train, ...testPart]);
  });

  test("other pixels are rejected at the end of the stream", async () => {
    const [sha256] = content.digests.sha256;
    const other = { ...content, digests: { sha256: [sha256, sha256] as [string, string] } };
    const opened = await openSvhn([path("train.mat"), path("test.mat")], [other]);
    await expect(collect(opened)).rejects.toThrow(/not the published data[\s\S]*test\.mat/);
  });

  test("files with other class counts are rejected, and the error names the counts", async () => {
    const opened = openSvhn([path("train.mat"), path("train.mat")], [content]);
    await expect(opened).rejects.toThrow(/train\.mat[\s\S]*Tiny SVHN: 3 \+ 1 labels[\s\S]*found 3 \+ 3/);
  });

  test("other images with as many of each class are not SVHN: files are known by their published MD5", async () => {
    const paths: [string, string] = [path("train.mat"), path("test.mat")];
    const md5 = paths.map((each) => createHash("md5").update(readFileSync(each)).digest("hex"));
    const digests = { md5: md5 as [string, string] };
    expect((await openSvhn(paths, [{ ...content, digests }])).sizes).toEqual({ train: 3, test: 1 });
    // The same labels beside grey squares.
    const grey = mat([
      { name: "X", dimensions: [32, 32, 3, 1], values: new Uint8Array(3072).fill(128) },
      { name: "y", dimensions: [1, 1], values: Uint8Array.of(4) },
    ]);
    const changed = writeFiles(temporaryFolder(), { "test.mat": grey })("test.mat");
    await expect(openSvhn([paths[0], changed], [{ ...content, digests }])).rejects.toThrow(
      /SVHN's labels, but is not SVHN[\s\S]*test\.mat[\s\S]*MD5/,
    );
  });

  test("a label above 10 is rejected", async () => {
    const wrong = writeFiles(temporaryFolder(), {
      "wrong.mat": mat([{ name: "y", dimensions: [1, 1], values: Uint8Array.of(11) }]),
    });
    await expect(openSvhn([wrong("wrong.mat"), path("test.mat")], [content])).rejects.toThrow("the label 11");
  });

  test("a file without images is rejected", async () => {
    const wrong = writeFiles(temporaryFolder(), {
      "wrong.mat": mat([{ name: "y", dimensions: [1, 1], values: Uint8Array.of(4) }]),
    });
    const opened = await openSvhn([path("train.mat"), wrong("wrong.mat")], [content]);
    await expect(collect(opened)).rejects.toThrow('the file has no images "X"');
  });
});

describe("Reuters-21578", () => {
  const folder = temporaryFolder();
  const { files, content } = tinyReuters21578(folder);
  const path = writeFiles(folder, files)("tiny.tar.gz");

  test("stories of one group are used; those with ship, two groups or none are excluded; NOT-USED is training", async () => {
    const opened = await openReuters21578(path, { terms: 100 }, content);
    expect(opened.sizes).toEqual({ train: 4, test: 2 });
    const { labels, split } = await collect(opened);
    const { classes } = opened.info;
    expect(labels.map((label) => classes[label])).toEqual([
      "energy",
      "commodities",
      "corporate",
      "economy",
      "economy",
      "commodities",
    ]);
    expect(split).toEqual([0, 0, 0, 0, 1, 1]);
  });

  test("words are stems without stop words, numbers and single letters", async () => {
    const { info } = await openReuters21578(path, { terms: 100 }, content);
    expect(info.terms).toEqual([
      "dollar",
      "gold",
      "grain",
      "merg",
      "merger",
      "oil",
      "opec",
      "price",
      "rate",
      "share",
    ]);
  });

  test("only the most frequent stems are used, and every row has ‖x‖² = d", async () => {
    const opened = await openReuters21578(path, { terms: 4 }, content);
    expect(opened.info.terms).toEqual(["oil", "price", "rate", "share"]);
    const { features } = await collect(opened);
    for (let row = 0; row < 6; row++) {
      const square = features.slice(4 * row, 4 * row + 4).reduce((sum, value) => sum + value * value, 0);
      expect(square).toBeCloseTo(4, 5);
    }
  });

  test("an archive that lacks a file is rejected", async () => {
    await expect(openReuters21578(path, { terms: 4 }, { ...content, files: 3 })).rejects.toThrow(
      "3 files reut2-NNN.sgm, found 2",
    );
  });
});

describe("REUTERS-10K", () => {
  const { files, content } = tinyRcv1();
  const path = writeFiles(temporaryFolder(), files);
  const paths = { topics: path("topics.gz"), tokens: [0, 1, 2, 3, 4].map((i) => path(`tokens-${i}.gz`)) };

  test("documents with exactly one root topic are used, with the most frequent stems of all of them", async () => {
    const opened = await openReuters10k(paths, { documents: 7, terms: 4 }, 0, content);
    // bank 3, pric 3, vote 3; gold, oil and stock 2 each: gold is the first in the alphabet.
    expect(opened.info.terms).toEqual(["bank", "gold", "pric", "vote"]);
    const { labels } = await collect(opened);
    expect([...labels].sort()).toEqual([0, 1, 2, 2, 3, 3, 3]);
  });

  test("a sample has the given size, and the seed determines its documents", async () => {
    const sample = async (seed: number) =>
      collect(await openReuters10k(paths, { documents: 4, terms: 5 }, seed, content));
    const first = await sample(1);
    expect(first.labels).toHaveLength(4);
    expect(await sample(1)).toEqual(first);
    const others = await Promise.all([2, 3, 4, 5].map(sample));
    expect(others.some(({ features }) => features.join() !== first.features.join())).toBe(true);
  });

  test("a collection of another size is rejected, and the error names the substitute", async () => {
    const opened = openReuters10k(paths, { documents: 4, terms: 5 }, 0, {
      documents: 804_414,
      underOneRoot: 685_071,
    });
    await expect(opened).rejects.toThrow(/804414 documents, 685071[\s\S]*found 9 and 7[\s\S]*reuters-21578/);
  });

  const withTokens = (text: string) => {
    const tokens = writeFiles(temporaryFolder(), { "tokens.gz": gzipSync(text) })("tokens.gz");
    return openReuters10k({ ...paths, tokens: [tokens] }, { documents: 1, terms: 1 }, 0, content);
  };
  test.each([
    {
      fault: "no number",
      text: ".I \n.W\na\n",
      says: /".I " is not the start of a document[\s\S]*tokens\.gz:1/,
    },
    { fault: "a number in hexadecimal", text: ".I 0x1\n.W\na\n", says: /".I 0x1" is not the start/ },
    {
      fault: "the number of another",
      text: ".I 1\n.W\na\n\n.I 1\n.W\nb\n",
      says: /the document 1 comes twice/,
    },
  ])("a document with $fault is rejected", async ({ text, says }) => {
    await expect(withTokens(text)).rejects.toThrow(says);
  });

  test("200,000 tokens on a line are read", async () => {
    await expect(withTokens(`.I 10\n.W\n${"oil ".repeat(200_000)}\n`)).rejects.toThrow("found 1 and 1");
  });

  test("text outside of a document is rejected with its line", async () => {
    await expect(withTokens(".I 1\n.W\na\n\n.I 2\nb\n")).rejects.toThrow(
      /text outside of a document: "b"[\s\S]*tokens\.gz:6/,
    );
  });
});
