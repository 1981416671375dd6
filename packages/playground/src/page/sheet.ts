/** Reads the pictures of data.js from their sheet. */
import type { PlaygroundInfo } from "../data.js";

/** The bytes of the picture at a position, height × width × channels: the model's input × 255. */
export type Sheet = (position: number) => Uint8ClampedArray;

/**
 * Decodes the sheet.
 *
 * @throws Error if the sheet is not a picture.
 */
export async function loadSheet({ sheet, model }: PlaygroundInfo): Promise<Sheet> {
  const [height = 1, width = 1, channels = 1] = model.data.shape;
  const image = new Image();
  image.src = sheet.png;
  await image.decode().catch(() => {
    throw new Error("playground/data.js is damaged: its pictures cannot be read");
  });
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return (position) => {
    const left = (position % sheet.columns) * (width + sheet.gap);
    const top = Math.floor(position / sheet.columns) * (height + sheet.gap);
    const { data } = context.getImageData(left, top, width, height);
    return Uint8ClampedArray.from(
      { length: height * width * channels },
      (_, i) => data[Math.floor(i / channels) * 4 + (i % channels)]!,
    );
  };
}
