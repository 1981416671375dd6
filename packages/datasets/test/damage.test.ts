/** What every loader of files must do with damaged ones: say so and name the file, or give exactly the right data. */

import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "@gumbel/config";
import { describe, expect, test } from "vitest";
import type { OpenDataset } from "../src/index.js";
import { openMnist } from "../src/mnist.js";
import { openReuters10k } from "../src/reuters10k.js";
import { openReuters21578 } from "../src/reuters21578.js";
import { openSvhn } from "../src/svhn.js";
import { openUsps } from "../src/usps.js";
import {
  collect,
  temporaryFolder,
  tinyMnist,
  tinyRcv1,
  tinyReuters21578,
  tinySvhn,
  tinyUsps,
  writeFiles,
} from "./support.js";

interface Loader {
  name: string;
  folder: string;
  files: Record<string, Buffer>;
  open(): OpenDataset | Promise<OpenDataset>;
}

/** Bits flipped, and lengths cut to, in each file: spread evenly over it. */
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
      name: "usps (both forms)",
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

const evenly = (length: number, count: number): number[] => [
  ...new Set(Array.from({ length: count }, (_, i) => Math.floor((i * length) / count))),
];

describe.each(loaders())("$name", ({ folder, files, open }) => {
  const whole = async () => {
    const { features, labels, split, index } = await collect(await open());
    return { features, labels, split, index };
  };
  writeFiles(folder, files);

  describe.each(Object.entries(files))("%s", (name, bytes) => {
    const path = join(folder, name);
    /** What comes of the data set while `damage` stands in the file's place. */
    const outcome = async (damage: Uint8Array): Promise<unknown> => {
      writeFileSync(path, damage);
      try {
        return await whole();
      } catch (error) {
        return error;
      } finally {
        writeFileSync(path, bytes);
      }
    };
    const expectRefusal = (result: unknown, what: string): void => {
      expect(result, what).toBeInstanceOf(UserError);
      expect((result as UserError).message, what).toContain(basename(path));
    };

    test(`empty, or cut to one of ${cuts} lengths, is refused by name`, async () => {
      for (const length of [...evenly(bytes.length, cuts), bytes.length - 1]) {
        expectRefusal(await outcome(bytes.subarray(0, length)), `cut to ${length} of ${bytes.length} bytes`);
      }
    });

    test(`each of up to ${flips} flipped bits is refused by name, or changes nothing in the data`, async () => {
      const expected = await whole();
      let refused = 0;
      const places = evenly(bytes.length, flips);
      for (const [i, at] of places.entries()) {
        const flipped = Buffer.from(bytes);
        flipped[at] = flipped[at]! ^ (1 << (i % 8));
        const result = await outcome(flipped);
        if (result instanceof Error) {
          expectRefusal(result, `bit ${i % 8} of byte ${at}`);
          refused++;
        } else {
          expect(result, `bit ${i % 8} of byte ${at}`).toEqual(expected);
        }
      }
      expect(refused).toBeGreaterThan(places.length / 2);
    });

    test("another file in its place is refused by name", async () => {
      expectRefusal(await outcome(Buffer.from("<html>404 Not Found</html>")), "a page of HTML");
    });
  });
});
