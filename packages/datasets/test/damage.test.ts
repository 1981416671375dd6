/** Every loader must reject a damaged file by name, or read exactly the right data. */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "@gumbel/config";
import { evenlySpaced } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import type { OpenDataset } from "../src/index.js";
import { openMnist } from "../src/mnist.js";
import { openReuters10k } from "../src/reuters10k.js";
import { openReuters21578 } from "../src/reuters21578.js";
import { openSvhn } from "../src/svhn.js";
import {
  collect,
  temporaryFolder,
  tinyMnist,
  tinyRcv1,
  tinyReuters21578,
  tinySvhn,
  tinyUsps,
  writeFiles,
} from "../src/testing.js";
import { openUsps } from "../src/usps.js";

interface Loader {
  name: string;
  folder: string;
  files: Record<string, Buffer>;
  open(): OpenDataset | Promise<OpenDataset>;
}

/** Number of flipped bits and of cuts in each file, evenly spaced. */
const flips = 60;
const cuts = 12;

function loaders(): Loader[] {
  const folder = temporaryFolder;
  const mnist = { ...tinyMnist(), folder: folder() };
  const usps = { ...tinyUsps(), folder: folder() };
  const svhn = { ...tinySvhn(), folder: folder() };
  const reutersFolder = folder();
  const reuters = tinyReuters21578(reutersFolder);
  const rcv1 = { ...tinyRcv1(), folder: folder() };
  return [
    {
      name: "mnist",
      folder: mnist.folder,
      files: mnist.files,
      open: () =>
        openMnist(
          [
            { images: join(mnist.folder, "train-images.gz"), labels: join(mnist.folder, "train-labels.gz") },
            { images: join(mnist.folder, "t10k-images.gz"), labels: join(mnist.folder, "t10k-labels.gz") },
          ],
          [mnist.train, mnist.test],
        ),
    },
    {
      name: "usps (both formats)",
      folder: usps.folder,
      files: usps.files,
      open: () =>
        openUsps([join(usps.folder, "zip.gz"), join(usps.folder, "usps.bz2")], [usps.content, usps.content]),
    },
    {
      name: "svhn",
      folder: svhn.folder,
      files: svhn.files,
      open: () => openSvhn([join(svhn.folder, "train.mat"), join(svhn.folder, "test.mat")], [svhn.content]),
    },
    {
      name: "reuters-21578",
      folder: reutersFolder,
      files: reuters.files,
      open: () => openReuters21578(join(reutersFolder, "tiny.tar.gz"), { terms: 20 }, reuters.content),
    },
    {
      name: "reuters-10k",
      folder: rcv1.folder,
      files: rcv1.files,
      open: () =>
        openReuters10k(
          {
            topics: join(rcv1.folder, "topics.gz"),
            tokens: [0, 1, 2, 3, 4].map((i) => join(rcv1.folder, `tokens-${i}.gz`)),
          },
          { documents: 5, terms: 6 },
          0,
          rcv1.content,
        ),
    },
  ];
}

describe.each(loaders())("$name", ({ folder, files, open }) => {
  const readAll = async () => {
    const { features, labels, split, index } = await collect(await open());
    return { features, labels, split, index };
  };
  writeFiles(folder, files);

  describe.each(Object.entries(files))("%s", (name, bytes) => {
    const path = join(folder, name);
    /** Reads the data set with `damaged` in the file's place; returns the examples or the error. */
    const outcome = async (damaged: Uint8Array): Promise<unknown> => {
      writeFileSync(path, damaged);
      try {
        return await readAll();
      } catch (error) {
        return error;
      } finally {
        writeFileSync(path, bytes);
      }
    };
    const expectRejection = (result: unknown, fault: string): void => {
      expect(result, fault).toBeInstanceOf(UserError);
      expect((result as UserError).message, fault).toContain(basename(path));
    };

    test(`an empty file, or one cut to one of ${cuts} lengths, is rejected by name`, async () => {
      for (const length of [...evenlySpaced(bytes.length, cuts), bytes.length - 1]) {
        expectRejection(
          await outcome(bytes.subarray(0, length)),
          `cut to ${length} of ${bytes.length} bytes`,
        );
      }
    });

    test(`each of up to ${flips} flipped bits is rejected by name, or does not change the data`, async () => {
      const expected = await readAll();
      let rejected = 0;
      const positions = evenlySpaced(bytes.length, flips);
      for (const [i, at] of positions.entries()) {
        const flipped = Buffer.from(bytes);
        flipped[at] = flipped[at]! ^ (1 << (i % 8));
        const result = await outcome(flipped);
        if (result instanceof Error) {
          expectRejection(result, `bit ${i % 8} of byte ${at}`);
          rejected++;
        } else {
          expect(result, `bit ${i % 8} of byte ${at}`).toEqual(expected);
        }
      }
      expect(rejected).toBeGreaterThan(positions.length / 2);
    });

    test("another file in its place is rejected by name", async () => {
      expectRejection(await outcome(Buffer.from("<html>404 Not Found</html>")), "a page of HTML");
    });
  });
});
