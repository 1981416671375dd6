import { z } from "zod";
import { type Dataset, type ExampleBatch, digits, splitColumns } from "./dataset.js";
import { type MatVariable, matVariables } from "./formats/mat.js";
import { findLocal, locate } from "./locate.js";
import { damaged } from "./verify.js";

const address = "http://ufldl.stanford.edu/housenumbers/";
const files = ["train_32x32.mat", "test_32x32.mat"] as const;
const side = 32;
const channels = 3;
const imageBytes = side * side * channels;
/** Images of one batch: 12 MB of the stream. */
const batchSize = 4000;

/** Examples per class 0 … 9 of the published files: 73,257 and 26,032 in all. */
const published = [
  [4948, 13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659],
  [1744, 5099, 4149, 2882, 2523, 2384, 1977, 2019, 1660, 1595],
];

const optionsSchema = z.strictObject({});

/**
 * SVHN, cropped digits (Netzer et al. 2011): 73,257 + 26,032 house numbers, 32 × 32 × 3, pixels / 255; label 10 is the
 * digit 0. The images go by in a stream. Files of other sizes (a folder `svhn-format` is looked into where there is no
 * `svhn`) are a stand-in in the same format and are named so, which keeps published figures away from them.
 */
export const svhn: Dataset<z.output<typeof optionsSchema>> = {
  title: "SVHN",
  optionsSchema,

  async open(_options, { log }) {
    const paths: string[] = [];
    for (const file of files) {
      const standIn = findLocal("svhn", file) ? undefined : findLocal("svhn-format", file);
      if (standIn) log(`${file}: the published file is not here; taking the stand-in ${standIn}`);
      paths.push(standIn ?? (await locate("svhn", { file, mirrors: [address + file] }, log)));
    }
    return openFiles(paths as [string, string]);
  },
};

async function openFiles(paths: [string, string]) {
  // The labels stand behind the images, and are needed with them.
  const labels = [await readLabels(paths[0]), await readLabels(paths[1])] as const;
  const genuine = labels.every((of, split) => histogram(of).join() === published[split]!.join());
  return {
    info: {
      name: genuine ? "svhn" : "svhn-stand-in",
      title: genuine ? "SVHN" : "SVHN (stand-in in the same format)",
      kind: "image" as const,
      shape: [side, side, channels],
      scale: 1 / 255,
      offset: 0,
      range: "unit" as const,
      classes: digits,
      source: genuine ? "Netzer et al. 2011: Reading Digits in Natural Images with Unsupervised Feature Learning" : "not the published SVHN files",
    },
    sizes: { train: labels[0].length, test: labels[1].length },
    async *batches(): AsyncGenerator<ExampleBatch> {
      let first = 0;
      for (const split of [0, 1] as const) {
        yield* readImages(paths[split], labels[split], split, first);
        first += labels[split].length;
      }
    },
  };
}

async function readLabels(file: string): Promise<Int32Array> {
  for await (const variable of matVariables(file)) {
    if (variable.name !== "y") continue;
    const bytes = await wholeArray(variable);
    const values = variable.type === 9 ? new Float64Array(new Uint8Array(bytes).buffer) : variable.type === 2 ? new Uint8Array(bytes) : undefined;
    if (!values) throw damaged(file, `labels of type ${variable.type}`, "uint8 or double");
    return Int32Array.from(values, (value) => {
      if (!Number.isInteger(value) || value < 1 || value > 10) throw damaged(file, `a label ${value}`, "1 to 10, 10 for the digit 0");
      return value % 10;
    });
  }
  throw damaged(file, 'the file holds no labels "y"', "variables X and y");
}

async function wholeArray(variable: MatVariable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of variable.chunks(1 << 20)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

async function* readImages(file: string, labels: Int32Array, split: 0 | 1, first: number): AsyncGenerator<ExampleBatch> {
  for await (const variable of matVariables(file)) {
    if (variable.name !== "X") continue;
    const shape = variable.dimensions.join("x");
    if (shape !== `${side}x${side}x${channels}x${labels.length}` || variable.type !== 2) {
      throw damaged(file, "not SVHN's images", `uint8 ${side}x${side}x${channels}x${labels.length}, found ${shape}`);
    }
    let done = 0;
    for await (const chunk of variable.chunks(batchSize * imageBytes)) {
      const count = chunk.length / imageBytes;
      yield { features: rowMajor(chunk, count), labels: labels.slice(done, done + count), ...splitColumns(split, first + done, count) };
      done += count;
    }
    return;
  }
  throw damaged(file, 'the file holds no images "X"', "variables X and y");
}

/** MATLAB's [row, column, channel, image], first index fastest, as [image][row][column][channel]. */
function rowMajor(chunk: Buffer, count: number): Uint8Array {
  const out = new Uint8Array(chunk.length);
  for (let image = 0; image < count; image++) {
    const base = image * imageBytes;
    for (let channel = 0; channel < channels; channel++) {
      for (let column = 0; column < side; column++) {
        const from = base + (channel * side + column) * side;
        for (let row = 0; row < side; row++) out[base + (row * side + column) * channels + channel] = chunk[from + row]!;
      }
    }
  }
  return out;
}

function histogram(labels: Int32Array): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
