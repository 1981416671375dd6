import { z } from "zod";
import { type Dataset, type ExampleBatch, digits, splitColumns } from "./dataset.js";
import { readIdx } from "./formats/idx.js";
import { locate } from "./locate.js";
import { damaged, sha256, verify } from "./verify.js";

const mirrors = ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"];

/** Files of both splits, with the digest of their values (images, labels). */
const parts = [
  {
    images: "train-images-idx3-ubyte.gz",
    labels: "train-labels-idx1-ubyte.gz",
    n: 60_000,
    sha256: "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b",
  },
  {
    images: "t10k-images-idx3-ubyte.gz",
    labels: "t10k-labels-idx1-ubyte.gz",
    n: 10_000,
    sha256: "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b",
  },
] as const;

const optionsSchema = z.strictObject({});

/** MNIST (LeCun, Cortes, Burges): 60,000 + 10,000 handwritten digits, 28 × 28, pixels / 255. */
export const mnist: Dataset<z.output<typeof optionsSchema>> = {
  title: "MNIST",
  optionsSchema,

  async open(_options, { log }) {
    const files: { images: string; labels: string }[] = [];
    for (const { images, labels } of parts) {
      const find = (file: string) => locate("mnist", { file, mirrors: mirrors.map((mirror) => mirror + file) }, log);
      files.push({ images: await find(images), labels: await find(labels) });
    }
    return {
      info: {
        name: "mnist",
        title: "MNIST",
        kind: "image",
        shape: [28, 28, 1],
        scale: 1 / 255,
        offset: 0,
        range: "unit",
        classes: digits,
        source: "LeCun, Cortes, Burges: The MNIST database of handwritten digits",
      },
      sizes: { train: parts[0].n, test: parts[1].n },
      async *batches(): AsyncGenerator<ExampleBatch> {
        let first = 0;
        for (const [which, { n, sha256: expected }] of parts.entries()) {
          const file = files[which]!;
          const images = await readIdx(file.images, 3);
          const labels = await readIdx(file.labels, 1);
          if (images.sizes.join("x") !== `${n}x28x28`) throw damaged(file.images, "not MNIST's images", `${n}x28x28, found ${images.sizes.join("x")}`);
          if (labels.sizes[0] !== n) throw damaged(file.labels, "not MNIST's labels", `${n}, found ${labels.sizes[0]}`);
          verify(sha256().update(images.values).update(labels.values), expected, `${file.images} and ${file.labels}`);
          yield { features: images.values, labels: Int32Array.from(labels.values), ...splitColumns(which as 0 | 1, first, n) };
          first += n;
        }
      },
    };
  },
};
