/** A picture in the model's resolution, enlarged without smoothing. */
import { useLayoutEffect, useRef } from "preact/hooks";

interface PictureProps {
  /** [height, width, channels] */
  shape: number[];
  /** height × width × channels bytes; undefined for an empty picture. */
  bytes: Uint8ClampedArray | undefined;
  /** The text alternative; absent if the picture is decoration, beside its name. */
  alt?: string;
  kind?: string;
}

export function Picture({ shape, bytes, alt, kind }: PictureProps) {
  const [height = 1, width = 1, channels = 1] = shape;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.clearRect(0, 0, width, height);
    if (!bytes) return;
    const image = context.createImageData(width, height);
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[i * channels + Math.min(c, channels - 1)]!;
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [bytes]);
  const aria = alt === undefined ? { "aria-hidden": true } : { role: "img" as const, "aria-label": alt };
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      class={`play-picture ${bytes ? (kind ?? "") : "none"}`}
      {...aria}
    />
  );
}

/** Values of the model's scale, [0, 1] for pictures, as bytes. */
export const toBytes = (values: Float32Array): Uint8ClampedArray =>
  Uint8ClampedArray.from(values, (value) => value * 255);

/** Picture `i` of several in one array. */
export const pictureAt = (values: Float32Array, i: number, d: number): Uint8ClampedArray =>
  toBytes(values.subarray(i * d, (i + 1) * d));
