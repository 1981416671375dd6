/** The pictures of data.js, cut out of their sheet. */
import type { PlaygroundInfo } from "../data.js";

/** The bytes of a picture by its place, height × width × channels, as the model's input knows them (× 255). */
export type Sheet = (place: number) => Uint8ClampedArray;

/** @throws Error where the sheet is not a picture. */
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
  return (place) => {
    const left = (place % sheet.columns) * (width + sheet.gap);
    const top = Math.floor(place / sheet.columns) * (height + sheet.gap);
    const { data } = context.getImageData(left, top, width, height);
    return Uint8ClampedArray.from(
      { length: height * width * channels },
      (_, i) => data[Math.floor(i / channels) * 4 + (i % channels)]!,
    );
  };
}
