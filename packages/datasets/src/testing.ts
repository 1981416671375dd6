/** Tiny files in the format of each named data set, and a reader of all examples. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import type { ExampleBatch } from "@gumbel/tables";
import { create } from "tar";
import { afterAll } from "vitest";
import { file } from "./file.js";
import type { FileOptions } from "./files/options.js";
import type { OpenDataset } from "./index.js";

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

/** Creates a folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gumbel-datasets-"));
  temporary.push(folder);
  return folder;
}

export const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../test/fixtures/${name}`, import.meta.url));
export const sha256 = (...parts: Uint8Array[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

/** Reads all examples of a data set. */
export async function collect(opened: OpenDataset) {
  const features: number[] = [];
  const labels: number[] = [];
  const split: number[] = [];
  const index: number[] = [];
  let bytesPerValue = 0;
  const batches: ExampleBatch[] = [];
  for await (const batch of opened.batches()) {
    batches.push(batch);
    for (const value of batch.features) features.push(value);
    labels.push(...batch.labels);
    split.push(...batch.split);
    index.push(...batch.index);
    bytesPerValue = batch.features.BYTES_PER_ELEMENT;
  }
  const rows = batches.map((batch) => batch.labels.length);
  return { features, labels, split, index, bytesPerValue, rows };
}

/** An IDX file of unsigned bytes. */
export function idx(sizes: number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 | sizes.length, 0);
  sizes.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([header, values]);
}

/** A MAT-file of version 5 with compressed arrays of bytes. */
export function mat(
  variables: { name: string; dimensions: number[]; values: Uint8Array }[],
  { complex = false } = {},
): Buffer {
  const header = Buffer.alloc(128);
  header.write("MATLAB 5.0 MAT-file");
  header.writeUInt16LE(0x0100, 124);
  header.write("IM", 126);
  const element = (type: number, data: Uint8Array): Buffer => {
    const bytes = Buffer.alloc(8 + Math.ceil(data.length / 8) * 8);
    bytes.writeUInt32LE(type, 0);
    bytes.writeUInt32LE(data.length, 4);
    bytes.set(data, 8);
    return bytes;
  };
  const parts = variables.map(({ name, dimensions, values }) => {
    const body = Buffer.concat([
      element(6, new Uint8Array(Uint32Array.of(complex ? 0x809 : 9, 0).buffer)),
      element(5, new Uint8Array(Int32Array.from(dimensions).buffer)),
      element(1, Buffer.from(name)),
      element(2, values),
    ]);
    const packed = deflateSync(element(14, body));
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(packed.length, 4);
    return Buffer.concat([tag, packed]);
  });
  return Buffer.concat([header, ...parts]);
}

/** A tar archive compressed by gzip, of the given files by path. */
export function tarGz(folder: string, files: Record<string, string>): Buffer {
  const content = join(folder, "content");
  mkdirSync(content, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(content, name), text);
  const archive = join(folder, "archive.tar.gz");
  create({ file: archive, gzip: true, cwd: content, sync: true, portable: true }, Object.keys(files));
  return readFileSync(archive);
}

export interface TinyStory {
  topics: string[];
  split?: string;
  title?: string;
  body: string;
}

/** One file of Reuters-21578. */
export function sgml(stories: TinyStory[]): string {
  const parts = stories.map(
    ({ topics, split = "TRAIN", title = "", body }, i) =>
      `<REUTERS TOPICS="YES" LEWISSPLIT="${split}" CGISPLIT="TRAINING-SET" OLDID="${i}" NEWID="${i + 1}">\n` +
      `<TOPICS>${topics.map((topic) => `<D>${topic}</D>`).join("")}</TOPICS>\n` +
      `<TEXT>&#2;\n<TITLE>${title}</TITLE>\n<BODY>${body}\n&#3;</BODY></TEXT>\n</REUTERS>\n`,
  );
  return `<!DOCTYPE lewis SYSTEM "lewis.dtd">\n${parts.join("")}`;
}

/** A token file of LYRL2004. */
export const lyrl = (documents: Record<number, string>): string =>
  Object.entries(documents)
    .map(([id, tokens]) => `.I ${id}\n.W\n${tokens}\n\n`)
    .join("");

/** Repeatable bytes without a pattern. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let from = 0; from < length; from += 32) {
    const block = createHash("sha256").update(`${seed}:${from}`).digest();
    bytes.set(block.subarray(0, Math.min(32, length - from)), from);
  }
  return bytes;
}

/** Tiny MNIST: 3 + 2 images of noise. */
export function tinyMnist() {
  const parts = [3, 2].map((n, split) => {
    const images = noise(n * 784, split);
    const labels = Uint8Array.from({ length: n }, (_, i) => (3 * i + split) % 10);
    return { n, images, labels, sha256: sha256(images, labels) };
  });
  const [train, test] = parts as [(typeof parts)[0], (typeof parts)[0]];
  const files = {
    "train-images.gz": gzipSync(idx([3, 28, 28], train.images)),
    "train-labels.gz": gzipSync(idx([3], train.labels)),
    "t10k-images.gz": gzipSync(idx([2, 28, 28], test.images)),
    "t10k-labels.gz": gzipSync(idx([2], test.labels)),
  };
  return { files, train, test };
}

/** Value j (from 1) of row k in fixtures/usps-libsvm.bz2. */
export const uspsValue = (j: number, k: number): number => (((j * 37 * k) % 2001) - 1000) / 1000;

/** The rows of fixtures/usps-libsvm.bz2 in the ESL format: labels 0, 7 and 9. */
export function tinyUsps() {
  const rows = [
    { label: 0, k: 1 },
    { label: 7, k: 2 },
    { label: 9, k: 5 },
  ];
  const values = rows.flatMap(({ k }) => Array.from({ length: 256 }, (_, i) => uspsValue(i + 1, k)));
  const text = rows
    .map(
      ({ label }, i) =>
        `${label}.0000 ${values
          .slice(i * 256, i * 256 + 256)
          .map((v) => v.toFixed(4))
          .join(" ")} \n`,
    )
    .join("");
  const digest = sha256(
    Uint8Array.of(0, 7, 9),
    new Uint8Array(Int16Array.from(values, (value) => Math.round(value * 1000)).buffer),
  );
  return {
    files: { "zip.gz": gzipSync(text), "usps.bz2": fixture("usps-libsvm.bz2") },
    values,
    content: { n: 3, sha256: digest },
  };
}

/** Pixel [row, column, channel] of image i in fixtures/svhn-scipy.mat. */
export const svhnPixel = (row: number, column: number, channel: number, i: number): number =>
  (7 * row + 3 * column + 50 * channel + 11 * i) % 256;

/** Tiny SVHN: the 3 images of fixtures/svhn-scipy.mat (labels 0, 1, 9) as training data, 1 image of noise (label 4) as test data. */
export function tinySvhn() {
  const pixels = (n: number, pixel: (row: number, column: number, channel: number, i: number) => number) =>
    Uint8Array.from({ length: n * 3072 }, (_, at) =>
      pixel(Math.floor(at / 96) % 32, Math.floor(at / 3) % 32, at % 3, Math.floor(at / 3072)),
    );
  const train = pixels(3, svhnPixel);
  const stored = noise(3072, 7);
  const test = pixels(1, (row, column, channel) => stored[row + 32 * column + 1024 * channel]!);
  const counts = (labels: number[]) =>
    Array.from({ length: 10 }, (_, digit) => labels.filter((of) => of === digit).length);
  const content = {
    name: "svhn-tiny",
    title: "Tiny SVHN",
    source: "a test",
    classCounts: [counts([0, 1, 9]), counts([4])] as [number[], number[]],
    digests: {
      sha256: [sha256(train, Uint8Array.of(0, 1, 9)), sha256(test, Uint8Array.of(4))] as [string, string],
    },
  };
  const files = {
    "train.mat": fixture("svhn-scipy.mat"),
    "test.mat": mat([
      { name: "X", dimensions: [32, 32, 3, 1], values: stored },
      { name: "y", dimensions: [1, 1], values: Uint8Array.of(4) },
    ]),
  };
  return { files, train, test, content };
}

export const tinyStories: TinyStory[] = [
  { topics: ["crude"], title: "Oil prices", body: "OIL &lt;OPEC> of 1987" },
  { topics: ["gold"], title: "Gold", body: "the price, priced by them" },
  { topics: ["acq", "earn"], title: "Merger", body: "merging shares; u.s. shares" },
  { topics: ["ship"], body: "shipping" },
  { topics: ["crude", "earn"], body: "two groups" },
  { topics: [], body: "no topic" },
  { topics: ["interest"], split: "NOT-USED", body: "rates and rates" },
  { topics: ["dlr"], split: "TEST", body: "dollar rate" },
];

/** A Reuters-21578 of two files: the stories above, and one more. */
export function tinyReuters21578(folder: string) {
  const texts = {
    "reut2-000.sgm": sgml(tinyStories),
    "reut2-001.sgm": sgml([{ topics: ["grain"], split: "TEST", body: "grain prices" }]),
  };
  const files = { "tiny.tar.gz": tarGz(folder, { ...texts, "README.txt": "not a story" }) };
  const content = {
    files: 2,
    sha256: sha256(Buffer.from(texts["reut2-000.sgm"]), Buffer.from(texts["reut2-001.sgm"])),
  };
  return { files, content };
}

/** An RCV1-v2 of nine documents in five token files: seven of them with exactly one root topic. */
export function tinyRcv1() {
  const tokens = [
    { 10: "oil oil\npric", 11: "gold pric" },
    { 12: "oil bank", 13: "bank bank gold" },
    { 14: "vote vote", 15: "vote law" },
    { 16: "pric stock" },
    { 17: "stock bank", 18: "law rare" },
  ];
  const topics =
    "CCAT 10 1\nC15 10 1\nMCAT 11 1\nECAT 12 1\nMCAT 12 1\nECAT 13 1\nGCAT 14 1\nGCAT 15 1\nM11 16 1\nMCAT 16 1\nMCAT 17 1\nC15 18 1\n";
  const files: Record<string, Buffer> = { "topics.gz": gzipSync(topics) };
  tokens.forEach((documents, i) => {
    files[`tokens-${i}.gz`] = gzipSync(lyrl(documents as Record<number, string>));
  });
  return { files, content: { documents: 9, underOneRoot: 7 } };
}

/** Writes files into `folder`; returns the path of each. */
export function writeFiles(
  folder: string,
  files: Record<string, Uint8Array | string>,
): (name: string) => string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return (name) => join(folder, name);
}

/** Opens files of a folder, of which `path` is the data. */
export async function openFiles(files: Record<string, string | Buffer>, options: Partial<FileOptions>) {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  const log: string[] = [];
  const parsed = file.optionsSchema.parse(options);
  const opened = await file.open(parsed, { seed: 0, folder, log: (line) => log.push(line) });
  return { ...opened, log };
}

export const gzip = (content: string | Uint8Array): Buffer => gzipSync(content);
