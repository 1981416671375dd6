/** Small files that claim or unpack to gigabytes: every reader stops at what its format can hold. */
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openMnist } from "../src/mnist.js";
import { openReuters10k } from "../src/reuters10k.js";
import { openReuters21578 } from "../src/reuters21578.js";
import { openSvhn } from "../src/svhn.js";
import { collect, fixture, idx, mat, openFiles, temporaryFolder, writeFiles } from "../src/testing.js";
import { openUsps } from "../src/usps.js";

/** 45 MB of zeros, compressed by bzip2. */
const bz2 = Buffer.from("QlpoOTFBWSZTWckBtsgBWKtAIMAAEAAACCAAMMwFKaZSSFJsVJIUni7kinChIZIDbZA=", "base64");
const zeros = (bytes: number): Buffer => gzipSync(Buffer.alloc(bytes), { level: 1 });
const place = (name: string, bytes: Buffer): string => writeFiles(temporaryFolder(), { [name]: bytes })(name);

describe("of the named data sets:", () => {
  const content = { n: 3, sha256: "" };

  test("gzip of MNIST that goes on after its images", async () => {
    const bomb = gzipSync(Buffer.concat([idx([3, 28, 28], new Uint8Array(3 * 784)), Buffer.alloc(32e6)]));
    const files = {
      images: place("images.gz", bomb),
      labels: place("labels.gz", gzipSync(idx([3], new Uint8Array(3)))),
    };
    await expect(collect(openMnist([files, files], [content, content]))).rejects.toThrow(
      /unpacks to more than 2368 bytes[\s\S]*images\.gz/,
    );
  });

  test.each([
    { name: "zip.gz", bytes: zeros(1e6) },
    { name: "usps.bz2", bytes: Buffer.concat(new Array(100).fill(bz2)) },
  ])("USPS as $name", async ({ name, bytes }) => {
    const path = place(name, bytes);
    await expect(collect(openUsps([path, path], [content, content]))).rejects.toThrow(
      /unpacks to more than 18504 bytes/,
    );
  });

  test("Reuters-21578", async () => {
    const path = place("r.tar.gz", zeros(65e6));
    await expect(openReuters21578(path, { terms: 1 }, { files: 1, sha256: "" })).rejects.toThrow(
      /unpacks to more than 64000000 bytes/,
    );
  });

  test("RCV1 without an end of line", async () => {
    const topics = place("topics.gz", zeros(17e6));
    const read = openReuters10k({ topics, tokens: [] }, { documents: 1, terms: 1 }, 0, {
      documents: 1,
      underOneRoot: 1,
    });
    await expect(read).rejects.toThrow(/a line does not end[\s\S]*topics\.gz/);
  });

  test("SVHN with labels for billions of images", async () => {
    const path = place("train.mat", mat([{ name: "y", dimensions: [9e6, 1], values: new Uint8Array(9e6) }]));
    await expect(openSvhn([path, path], [])).rejects.toThrow(/labels of 9000000 bytes/);
  });
});

/** A MAT-file whose array claims more numbers than it has. */
function claiming(): Buffer {
  const whole = mat([{ name: "X", dimensions: [65_536, 65_535], values: new Uint8Array(0) }]);
  // Tag, flags, dimensions, name and the tag of the numbers, as the format has them.
  const body = Uint32Array.of(14, 56, 6, 8, 9, 0, 5, 8, 65_536, 65_535, 0x10001, 0x58, 2, 65_536 * 65_535);
  const packed = deflateSync(new Uint8Array(body.buffer));
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15, 0);
  tag.writeUInt32LE(packed.length, 4);
  return Buffer.concat([whole.subarray(0, 128), tag, packed]);
}

/** A picture of 65,535 × 65,535 pixels by its header. */
function hugePicture(): Buffer {
  const bytes = Buffer.from(fixture("own/grey.png"));
  bytes.writeUInt32BE(65_535, 16);
  bytes.writeUInt32BE(65_535, 20);
  return bytes;
}

test.each([
  {
    name: "x-images-idx3-ubyte",
    bytes: idx([60_000, 60_000, 60_000], new Uint8Array(9)),
    says: /claims 60000x60000x60000 bytes/,
  },
  {
    name: "x-images-idx3-ubyte.gz",
    bytes: gzipSync(idx([1, 1, 2 ** 31], new Uint8Array(9))),
    says: /claims 1x1x2147483648 bytes/,
  },
  { name: "x.mat", bytes: claiming(), says: /claims 4294901760 bytes/ },
  { name: "p/1.png", bytes: hugePicture(), says: /4294836225 pixels/ },
  { name: "x.csv.gz", bytes: zeros(70e6), says: /the line does not end/ },
  { name: "x.jsonl", bytes: gzipSync(Buffer.alloc(70e6, "x"), { level: 1 }), says: /the line does not end/ },
])("$name is refused for what it claims", async ({ name, bytes, says }) => {
  const path = name.split("/")[0]!;
  await expect(openFiles({ [name]: bytes }, { path }).then(collect)).rejects.toThrow(says);
});

test.skipIf(process.platform === "win32")("a device that never ends is refused", async () => {
  await expect(openFiles({}, { path: "/dev/zero" })).rejects.toThrow(
    /neither a file nor a folder[\s\S]*\/dev\/zero/,
  );
});
