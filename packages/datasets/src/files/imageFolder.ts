/** A folder of PNG and JPEG files: a row per image, a column per value of a pixel. */
import type { RawColumn } from "@gumbel/tables";
import { type FolderFile, folderColumns, listFolder } from "./folder.js";
import type { FileOptions } from "./options.js";
import { inColour, isPicture, type Picture, readPicture, resized } from "./pictures.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type Table, type TableChunk } from "./table.js";

/** Opens a folder of images. @throws UserError naming the first image that is damaged or of another size. */
export async function openImageFolder(folder: string, { size }: FileOptions): Promise<Table> {
  const files = await listFolder(folder, isPicture, "PNG or JPEG file");
  const shape = await commonShape(files, size);
  const d = shape[0] * shape[1] * shape[2];
  const pixels = Array.from({ length: d }, (_, j) => `x${j + 1}`);
  const labelled = files.some(({ label }) => label !== null);
  const split = files.some((file) => file.split === "test");
  return {
    columns: [
      ...pixels.map((name) => ({ name, type: "number" as const })),
      { name: folderColumns.file, type: "text" },
      { name: folderColumns.label, type: "text" },
      { name: folderColumns.split, type: "text" },
    ],
    notes: [
      `${files.length} images of ${shape.join(" x ")}`,
      labelled ? "the subfolders are the classes" : "no subfolders: the classes are unknown",
    ],
    shape,
    label: folderColumns.label,
    ...(split && { split: folderColumns.split }),
    ids: [folderColumns.file, folderColumns.split],
    unnamed: new Set(pixels),
    async *chunks(): AsyncGenerator<TableChunk> {
      const step = rowsPerChunk(d);
      for (let first = 0; first < files.length; first += step) {
        const some = files.slice(first, first + step);
        const columns: RawColumn[] = pixels.map(() => new Float64Array(some.length));
        for (const [i, { path }] of some.entries()) {
          const picture = fit(await readPicture(path), size, shape[2]);
          for (let j = 0; j < d; j++) columns[j]![i] = picture.pixels[j]!;
        }
        yield {
          first,
          count: some.length,
          values: [
            ...columns,
            some.map(({ name }) => name),
            some.map(({ label }) => label),
            some.map((file) => file.split),
          ],
          where: (row) => some[row]!.path,
        };
      }
    },
  };
}

const fit = (picture: Picture, size: FileOptions["size"], channels: number): Picture => {
  const scaled = size ? resized(picture, size) : picture;
  return channels === 3 ? inColour(scaled) : scaled;
};

/** [height, width, channels] of all images; in colour as soon as one is. */
async function commonShape(
  files: FolderFile[],
  size: FileOptions["size"],
): Promise<[number, number, number]> {
  let common: readonly [number, number] | undefined = size ?? undefined;
  let channels = 1;
  for (const { path } of files) {
    const picture = await readPicture(path);
    channels = Math.max(channels, picture.channels);
    common ??= [picture.height, picture.width];
    if (!size && (picture.height !== common[0] || picture.width !== common[1])) {
      throw unreadable(
        path,
        `the image has ${picture.height} x ${picture.width} pixels, the first one ${common.join(" x ")}`,
        "images of one size",
        'resize them: "size": [height, width]',
      );
    }
  }
  return [common![0], common![1], channels];
}
