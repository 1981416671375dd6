import type { ExampleBatch } from "@gumbel/tables";
import { z } from "zod";
import { type Dataset, digits, inBatches, type OpenDataset } from "./dataset.js";
import { readIdx } from "./formats/idx.js";
import { damaged, sha256, verify } from "./formats/verify.js";
import { locate, named } from "./locate.js";

const mirrors = [
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
];
const side = 28;

/** Size and MD5 of the files, as their mirrors have them. */
const known = new Map([
  ["train-images-idx3-ubyte.gz", { bytes: 9_912_422, md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873" }],
  ["train-labels-idx1-ubyte.gz", { bytes: 28_881, md5: "d53e105ee54ea40749a09fcbcd1e9432" }],
  ["t10k-images-idx3-ubyte.gz", { bytes: 1_648_877, md5: "9fb629c4189551a2d022fa330f9573f3" }],
  ["t10k-labels-idx1-ubyte.gz", { bytes: 4542, md5: "ec29112dd5afa0611ce80d1b7f02629c" }],
]);

/** Files of one split. */
interface Files {
  images: string;
  labels: string;
}

/** Expected content of one split's files: number of examples, and SHA-256 of all pixels, then all labels. */
interface Content {
  n: number;
  sha256: string;
}

const files: [Files, Files] = [
  { images: "train-images-idx3-ubyte.gz", labels: "train-labels-idx1-ubyte.gz" },
  { images: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz" },
];

const published: [Content, Content] = [
  { n: 60_000, sha256: "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b" },
  { n: 10_000, sha256: "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b" },
];

const optionsSchema = z.strictObject({});

/** MNIST (LeCun, Cortes, Burges): 60,000 + 10,000 handwritten digits, 28 × 28, pixels / 255. */
export const mnist: Dataset<z.output<typeof optionsSchema>> = {
  title: "MNIST",
  optionsSchema,

  async files(_options, { log }) {
    const found = await findAll(log);
    return named(
      "mnist",
      found.flatMap(({ images, labels }) => [images, labels]),
    );
  },

  async open(_options, { log }) {
    return openMnist(await findAll(log), published);
  },
};

async function findAll(log: (line: string) => void): Promise<[Files, Files]> {
  const find = (file: string) =>
    locate("mnist", [{ file, mirrors: mirrors.map((mirror) => mirror + file), ...known.get(file) }], log);
  const found: Files[] = [];
  for (const { images, labels } of files)
    found.push({ images: await find(images), labels: await find(labels) });
  return found as [Files, Files];
}

/**
 * Opens MNIST from its files.
 *
 * @param paths files of the training and the test split
 * @param contents expected content of each
 */
export function openMnist(paths: [Files, Files], contents: [Content, Content]): OpenDataset {
  return {
    info: {
      name: "mnist",
      title: "MNIST",
      kind: "image",
      shape: [side, side, 1],
      scale: 1 / 255,
      offset: 0,
      range: "unit",
      classes: digits,
      source: "LeCun, Cortes, Burges: The MNIST database of handwritten digits",
    },
    sizes: { train: contents[0].n, test: contents[1].n },
    async *batches(): AsyncGenerator<ExampleBatch> {
      let first = 0;
      for (const split of [0, 1] as const) {
        const { n, sha256: expected } = contents[split];
        const path = paths[split];
        const images = await readIdx(path.images, 3);
        const labels = await readIdx(path.labels, 1);
        const found = images.sizes.join("x");
        if (found !== `${n}x${side}x${side}`)
          throw damaged(path.images, "not MNIST's images", `${n}x${side}x${side}, found ${found}`);
        if (labels.sizes[0] !== n)
          throw damaged(path.labels, "not MNIST's labels", `${n}, found ${labels.sizes[0]}`);
        verify(
          sha256().update(images.values).update(labels.values),
          expected,
          `${path.images} and ${path.labels}`,
        );
        yield* inBatches(images.values, Int32Array.from(labels.values), split, first);
        first += n;
      }
    },
  };
}
