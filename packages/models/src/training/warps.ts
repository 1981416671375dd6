/** Random affine warps of images, as data augmentation. */
import { UserError } from "@gumbel/config";
import { tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";
import { z } from "zod";

/** Ranges of a warp: each value is drawn uniformly from ± its range. */
export const warpSchema = z.strictObject({
  rotation: z.number().min(0).default(10).describe("Degrees."),
  scale: z.number().min(0).max(0.9).default(0.1).describe("Share of the size, each axis on its own."),
  shear: z.number().min(0).default(0.2).describe("Pixels sideways for each pixel down."),
  shift: z.number().min(0).default(1).describe("Pixels, each axis on its own."),
});
type WarpOptions = z.output<typeof warpSchema>;

/** The option of a system that warps its input: null as published. */
export const warpOption = (effect: string) => warpSchema.nullable().default(null).describe(effect);

/**
 * A batch under random warps, or as it is if there are none.
 *
 * @param x [batch, d]
 * @param shape [height, width, channels] of an example
 */
export const warpedBatch = (
  x: tf.Tensor2D,
  shape: number[],
  options: WarpOptions | null,
  random: RandomStream,
): tf.Tensor2D =>
  options ? tf.tensor2d(warped(x.dataSync<"float32">(), shape, options, random), x.shape) : x;

/**
 * Each image under an affine warp of its own about its centre, bilinear, 0 outside.
 *
 * @param images n × height × width × channels
 * @param shape [height, width, channels]
 * @throws UserError if the examples are no images.
 */
export function warped(
  images: Float32Array,
  shape: number[],
  options: WarpOptions,
  random: RandomStream,
): Float32Array {
  if (shape.length !== 3) {
    throw new UserError({
      what: `examples of shape [${shape}] cannot be warped`,
      where: "model.augmentation in pipeline.json",
      expected: "images",
      hint: "set it to null",
    });
  }
  const [height, width, channels] = shape as [number, number, number];
  const size = height * width * channels;
  const output = new Float32Array(images.length);
  const around = (range: number): number => range * (2 * random.uniform() - 1);
  for (let from = 0; from < images.length; from += size) {
    const angle = (around(options.rotation) * Math.PI) / 180;
    const [scaleY, scaleX] = [1 + around(options.scale), 1 + around(options.scale)];
    const shear = around(options.shear);
    const [shiftY, shiftX] = [around(options.shift), around(options.shift)];
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        // Source of the pixel at (y, x): rotated and scaled, then sheared, then shifted.
        const [down, right] = [y - (height - 1) / 2, x - (width - 1) / 2];
        const turned = cos * scaleY * down - sin * scaleX * right;
        const sourceY = turned + (height - 1) / 2 + shiftY;
        const sourceX =
          sin * scaleY * down + cos * scaleX * right + shear * turned + (width - 1) / 2 + shiftX;
        const [top, left] = [Math.floor(sourceY), Math.floor(sourceX)];
        for (let corner = 0; corner < 4; corner++) {
          const [row, column] = [top + (corner >> 1), left + (corner & 1)];
          if (row < 0 || column < 0 || row >= height || column >= width) continue;
          const weight = (1 - Math.abs(sourceY - row)) * (1 - Math.abs(sourceX - column));
          const source = from + (row * width + column) * channels;
          const target = from + (y * width + x) * channels;
          for (let c = 0; c < channels; c++) output[target + c]! += weight * images[source + c]!;
        }
      }
    }
  }
  return output;
}
