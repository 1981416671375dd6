/** SVHN at its full size, in the published format, is read as a stream. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDeflate, deflateSync } from "node:zlib";
import { run } from "@gumbel/workspace/programs";
import { expect, test } from "vitest";
import { Workspace } from "./workspace.js";

/** Number of examples of each digit in the published files. */
const published = {
  "train_32x32.mat": [4948, 13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659],
  "test_32x32.mat": [1744, 5099, 4149, 2882, 2523, 2384, 1977, 2019, 1660, 1595],
};
const imageBytes = 32 * 32 * 3;

function element(type: number, length: number, data: Uint8Array = new Uint8Array()): Buffer {
  const whole = Buffer.alloc(8 + Math.ceil(data.length / 8) * 8);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(length, 4);
  whole.set(data, 8);
  return whole;
}

/** The header of a numeric array, before its bytes. */
function head(name: string, dimensions: number[], length: number): Buffer {
  const sizes = new Uint8Array(Int32Array.from(dimensions).buffer);
  const parts = [
    element(6, 8, new Uint8Array(Uint32Array.of(9, 0).buffer)),
    element(5, sizes.length, sizes),
    element(1, name.length, Buffer.from(name)),
    element(2, length),
  ];
  return Buffer.concat([element(14, Buffer.concat(parts).length + length), ...parts]);
}

/** A MAT-file of images of one colour, 20 times their digit. */
async function onecolouredMat(counts: number[]): Promise<Buffer> {
  const labels = Uint8Array.from(
    counts.flatMap((count, digit) => new Array<number>(count).fill(digit || 10)),
  );
  const deflate = createDeflate({ level: 1 });
  const packed: Buffer[] = [];
  deflate.on("data", (chunk: Buffer) => packed.push(chunk));
  deflate.write(head("X", [32, 32, 3, labels.length], labels.length * imageBytes));
  for (const [digit, count] of counts.entries()) {
    for (let left = count; left > 0; left -= 1000) {
      const images = Buffer.alloc(Math.min(1000, left) * imageBytes, 20 * digit);
      if (!deflate.write(images)) await new Promise((resume) => deflate.once("drain", resume));
    }
  }
  await new Promise<void>((ended) => deflate.once("end", ended).end());
  const x = Buffer.concat(packed);
  const padded = Buffer.alloc(Math.ceil(labels.length / 8) * 8);
  padded.set(labels);
  const y = deflateSync(Buffer.concat([head("y", [labels.length, 1], labels.length), padded]));
  const header = Buffer.alloc(128);
  header.writeUInt16LE(0x0100, 124);
  header.write("IM", 126);
  return Buffer.concat([header, element(15, x.length), x, element(15, y.length), y]);
}

/**
 * Reads the files as the stage does, and prints what it kept. Their content is passed, since other images than the published ones
 * are not SVHN.
 */
const reading = `
  const { openSvhn } = await import(process.argv[1]);
  const { Limit } = await import(process.argv[2]);
  const { peakMemory } = await import(process.argv[3]);
  const { paths, content } = JSON.parse(process.argv[4]);
  const { sizes, batches } = await openSvhn(paths, [content]);
  const limit = new Limit(sizes, 2000, 0);
  let [n, train, last, wrong] = [0, 0, 0, 0];
  for await (const batch of batches()) {
    const { features, labels, split, index } = limit.keep(batch);
    for (const [i, label] of labels.entries()) {
      n++;
      train += split[i] === 0 ? 1 : 0;
      last = index[i];
      if (!features.subarray(i * 3072, (i + 1) * 3072).every((value) => value === 20 * label)) wrong++;
    }
  }
  console.log(JSON.stringify({ n, train, last, wrong, peakBytes: await peakMemory() }));
`;

test("99,289 images of 3,072 bytes (305 MB) are read in under 600 MB of memory, and a limit keeps 2,000; as SVHN they are refused", async () => {
  const workspace = new Workspace({ dataset: "svhn", limit: 2000 });
  const folder = join(workspace.folder, "data", "svhn");
  mkdirSync(folder, { recursive: true });
  const md5: string[] = [];
  for (const [name, counts] of Object.entries(published)) {
    const bytes = await onecolouredMat(counts);
    md5.push(createHash("md5").update(bytes).digest("hex"));
    writeFileSync(join(folder, name), bytes);
  }
  const built = (path: string): string => new URL(`../../${path}`, import.meta.url).href;
  const given = {
    paths: Object.keys(published).map((name) => join(folder, name)),
    content: {
      name: "test",
      title: "a test",
      source: "",
      classCounts: Object.values(published),
      digests: { md5 },
    },
  };
  const { stdout, stderr } = await run`${process.execPath} ${[
    ...["--input-type=module", "-e", reading],
    ...["datasets/dist/svhn.js", "ingest/dist/limit.js", "workspace/dist/index.js"].map(built),
    JSON.stringify(given),
  ]}`;
  expect(stderr).toBe("");
  const { peakBytes, last, ...kept } = JSON.parse(stdout);
  expect(kept).toEqual({ n: 2000, train: Math.round((2000 * 73_257) / 99_289), wrong: 0 });
  expect(last).toBeGreaterThan(73_257);
  expect(peakBytes).toBeLessThan(600e6);

  const refused = await workspace.run({ GUMBEL_DATA: join(workspace.folder, "data") });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(/SVHN's labels, but is not SVHN[\s\S]*MD5 e26dedcc434d2e4c54c9b2d4a06d8373/);
});
