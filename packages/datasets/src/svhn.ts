import { basename, dirname } from "node:path";
import { UserError } from "@gumbel/config";
import type { ExampleBatch } from "@gumbel/tables";
import { z } from "zod";
import { batchRows, type Dataset, digits, type OpenDataset, splitColumns } from "./dataset.js";
import { md5File } from "./download.js";
import { type MatVariable, matVariables } from "./formats/mat.js";
import { damaged, sha256, verify } from "./formats/verify.js";
import { findLocal, locate, named } from "./locate.js";

const address = "https://ufldl.stanford.edu/housenumbers/";
/** The published size and MD5 of each file. */
const files = [
  { file: "train_32x32.mat", bytes: 182_040_794, md5: "e26dedcc434d2e4c54c9b2d4a06d8373" },
  { file: "test_32x32.mat", bytes: 64_275_384, md5: "eb5a983be6a315427106f1b164d9cef3" },
] as const;
const standInFolder = "svhn-format";
const side = 32;
const channels = 3;
const imageBytes = side * side * channels;
/** Of the 531,131 images of SVHN's extra file as doubles, and more. */
const mostLabelBytes = 8e6;

/** Content that a pair of files may have, identified by the number of examples of each class. */
interface Content {
  name: string;
  title: string;
  source: string;
  /** Examples of each class 0 … 9, in the training and in the test file. */
  classCounts: [number[], number[]];
  /** What must be the same, beside the counts: the MD5 of each file, or the SHA-256 of its pixels, row-major, then its labels. */
  digests: { md5: [string, string] } | { sha256: [string, string] };
}

/** Accepted contents. */
const accepted: Content[] = [
  {
    name: "svhn",
    title: "SVHN",
    source: "Netzer et al. 2011: Reading Digits in Natural Images with Unsupervised Feature Learning",
    classCounts: [
      [4948, 13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659],
      [1744, 5099, 4149, 2882, 2523, 2384, 1977, 2019, 1660, 1595],
    ],
    digests: { md5: [files[0].md5, files[1].md5] },
  },
  {
    name: "svhn-stand-in",
    title: "SVHN (synthetic stand-in)",
    source: "MNIST digits in colour with a neighbour's edge, in SVHN's format; not SVHN",
    classCounts: [
      [292, 320, 277, 330, 289, 266, 296, 351, 281, 298],
      [98, 100, 89, 96, 115, 73, 110, 114, 91, 114],
    ],
    digests: {
      sha256: [
        "aa7d20c4fa5a97cba6e306f2c26dbff26bcfac5286e9f04785286d223d5bf547",
        "820c95585ba0d5f6443f249ac41bf98a3e004da5bc3c6983589791096c8a3f46",
      ],
    },
  },
];

const optionsSchema = z.strictObject({});

/**
 * SVHN, cropped digits (Netzer et al. 2011): 73,257 + 26,032 house numbers, 32 × 32 × 3, pixels / 255; label 10 is the
 * digit 0. The images are read as a stream.
 *
 * If there is no folder `svhn`, a folder `svhn-format` may have a synthetic substitute of 3,000 + 1,000 images in the same
 * format. Its name is `svhn-stand-in`, so that no published figures are shown for it.
 */
export const svhn: Dataset<z.output<typeof optionsSchema>> = {
  title: "SVHN",
  optionsSchema,

  async files(_options, { log }) {
    return named("svhn", await findAll(log));
  },

  async open(_options, { log }) {
    const paths = await findAll(log);
    for (const path of paths.filter((each) => basename(dirname(each)) === standInFolder))
      log(`SVHN's ${basename(path)} is not here; using the stand-in ${path}`);
    return openSvhn(paths, accepted);
  },
};

async function findAll(log: (line: string) => void): Promise<[string, string]> {
  const paths: string[] = [];
  for (const source of files) {
    const { file } = source;
    const standIn = findLocal("svhn", file) ? undefined : findLocal(standInFolder, file);
    paths.push(standIn ?? (await locate("svhn", [{ ...source, mirrors: [address + file] }], log)));
  }
  return paths as [string, string];
}

/**
 * Opens SVHN from its files.
 *
 * @param paths the training and the test file
 * @param contents accepted contents
 * @throws UserError if the files are damaged or have none of these contents.
 */
export async function openSvhn(paths: [string, string], contents: Content[]): Promise<OpenDataset> {
  // The labels follow the images in the file, and are needed with them.
  const labels: [Int32Array, Int32Array] = [await readLabels(paths[0]), await readLabels(paths[1])];
  const counts = labels.map(countClasses);
  const content = contents.find(({ classCounts }) => classCounts.join() === counts.join());
  if (!content) {
    throw new UserError({
      what: "the files are readable but are neither SVHN nor its stand-in",
      where: paths.join(" and "),
      expected: [
        ...contents.map(({ title, classCounts }) => `${title}: ${classCounts.map(sum).join(" + ")} labels`),
        `found ${counts.map(sum).join(" + ")}; per class ${counts.map((of) => of.join(" ")).join(" and ")}`,
      ].join("\n            "),
      hint: "put the original files in their place, or move these away and run again to download them",
    });
  }
  const { digests } = content;
  if ("md5" in digests) for (const i of [0, 1] as const) await verifyMd5(paths[i], digests.md5[i]);
  return {
    info: {
      name: content.name,
      title: content.title,
      kind: "image",
      shape: [side, side, channels],
      scale: 1 / 255,
      offset: 0,
      range: "unit",
      classes: digits,
      source: content.source,
    },
    sizes: { train: labels[0].length, test: labels[1].length },
    async *batches(): AsyncGenerator<ExampleBatch> {
      let first = 0;
      for (const split of [0, 1] as const) {
        yield* readImages(
          paths[split],
          labels[split],
          split,
          first,
          "sha256" in digests ? digests.sha256[split] : undefined,
        );
        first += labels[split].length;
      }
    },
  };
}

/** @throws UserError if a file has not the expected bytes: others with as many images of each class are not the data set. */
async function verifyMd5(file: string, expected: string): Promise<void> {
  const found = await md5File(file);
  if (found !== expected)
    throw damaged(file, "the file has SVHN's labels, but is not SVHN", `MD5 ${expected}, found ${found}`);
}

const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);

async function readLabels(file: string): Promise<Int32Array> {
  for await (const variable of matVariables(file)) {
    if (variable.name !== "y") continue;
    if (variable.byteLength > mostLabelBytes)
      throw damaged(file, `labels of ${variable.byteLength} bytes`, "a label per image");
    const bytes = await wholeArray(variable);
    // MATLAB stores small integers as bytes, whatever the class of the array.
    const values =
      variable.type === 9
        ? new Float64Array(new Uint8Array(bytes).buffer)
        : variable.type === 2
          ? new Uint8Array(bytes)
          : undefined;
    if (!values) throw damaged(file, `labels of type ${variable.type}`, "uint8 or double");
    return Int32Array.from(values, (value) => {
      if (!Number.isInteger(value) || value < 1 || value > 10)
        throw damaged(file, `the label ${value}`, "1 to 10, 10 for the digit 0");
      return value % 10;
    });
  }
  throw damaged(file, 'the file has no labels "y"', "variables X and y");
}

async function wholeArray(variable: MatVariable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of variable.chunks(1 << 20)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

/** Reads the images in batches. @throws UserError at the end, if the content does not have the `expected` SHA-256. */
async function* readImages(
  file: string,
  labels: Int32Array,
  split: 0 | 1,
  first: number,
  expected: string | undefined,
): AsyncGenerator<ExampleBatch> {
  const hash = expected ? sha256() : undefined;
  for await (const variable of matVariables(file)) {
    if (variable.name !== "X") continue;
    const shape = variable.dimensions.join("x");
    if (shape !== `${side}x${side}x${channels}x${labels.length}` || variable.type !== 2) {
      throw damaged(
        file,
        "not SVHN's images",
        `uint8 ${side}x${side}x${channels}x${labels.length}, found ${shape}`,
      );
    }
    let done = 0;
    for await (const chunk of variable.chunks(batchRows * imageBytes)) {
      const count = chunk.length / imageBytes;
      const features = rowMajor(chunk, count);
      hash?.update(features);
      yield {
        features,
        labels: labels.slice(done, done + count),
        ...splitColumns(split, first + done, count),
      };
      done += count;
    }
    if (hash && expected) verify(hash.update(Uint8Array.from(labels)), expected, file);
    return;
  }
  throw damaged(file, 'the file has no images "X"', "variables X and y");
}

/** Reorders MATLAB's [row, column, channel, image], first index fastest, to [image][row][column][channel]. */
function rowMajor(chunk: Buffer, count: number): Uint8Array {
  const out = new Uint8Array(chunk.length);
  for (let image = 0; image < count; image++) {
    const base = image * imageBytes;
    for (let channel = 0; channel < channels; channel++) {
      for (let column = 0; column < side; column++) {
        const from = base + (channel * side + column) * side;
        for (let row = 0; row < side; row++)
          out[base + (row * side + column) * channels + channel] = chunk[from + row]!;
      }
    }
  }
  return out;
}

function countClasses(labels: Int32Array): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}
