/** The IDX files of MNIST and its kin: one of images and one of labels, or a folder with those of training and test. */
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readIdx } from "../formats/idx.js";
import type { NamedArray } from "./arrays.js";
import type { FileOptions } from "./options.js";

/** Whether a file is IDX by its name: train-images-idx3-ubyte, with or without .gz. */
export const isIdxName = (name: string): boolean => /[-.]idx\d-ubyte(\.gz)?$/.test(name);

/**
 * The arrays of an IDX file and of its neighbours, by the names of the files; of a folder `images_train`, `labels_test` and so on.
 *
 * @throws UserError if a file is damaged.
 */
export async function idxArrays(path: string): Promise<NamedArray[]> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const names = (await readdir(folder)).filter((name) => isIdxName(name) || name === basename(path)).sort();
  return Promise.all(
    names.map(async (file) => {
      const { sizes, values } = await readIdx(join(folder, file));
      const [split, content] = [
        /test|t10k/.test(file) ? "test" : "train",
        /label/.test(file) ? "labels" : "images",
      ];
      return { name: isFolder ? `${content}_${split}` : file, shape: sizes, read: async () => values };
    }),
  );
}

/** The options with the file itself as the array of the examples. */
export const withIdxArray = (path: string, options: FileOptions, isFolder: boolean): FileOptions =>
  isFolder ? options : { ...options, array: basename(path) };
