/** PNG and JPEG files as pixels. */
import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";
import { readBytes } from "../formats/gzip.js";
import { unreadable } from "./problem.js";

export interface Picture {
  height: number;
  width: number;
  /** 1 for grey, 3 for red, green and blue. */
  channels: 1 | 3;
  /** height × width × channels, row by row. */
  pixels: Uint8Array;
}

/** A scan of a large page. */
const mostPixels = 200e6;

export const isPicture = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/** Decodes an image; what is transparent is shown on white. @throws UserError naming the file if it is damaged. */
export async function readPicture(path: string): Promise<Picture> {
  const bytes = await readBytes(path);
  try {
    return bytes[0] === 0xff ? jpeg(bytes) : png(bytes);
  } catch (error) {
    throw unreadable(path, `not a readable image: ${(error as Error).message}`, "a PNG or a JPEG file");
  }
}

function jpeg(bytes: Buffer): Picture {
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    maxMemoryUsageInMB: 2048,
    maxResolutionInMP: mostPixels / 1e6,
  });
  return grayIfGray({ height, width, channels: 3, pixels: data });
}

function png(bytes: Buffer): Picture {
  // Its first chunk says how large it is; the rest could unpack to more than there is memory.
  const claimed = bytes.length >= 24 ? bytes.readUInt32BE(16) * bytes.readUInt32BE(20) : 0;
  if (claimed > mostPixels) throw new Error(`it has ${claimed} pixels, more than ${mostPixels}`);
  const image = decodePng(bytes, { checkCrc: true });
  const { width, height, depth } = image;
  const data = image.palette ? convertIndexedToRgb(image) : image.data;
  const stored = data.length / (width * height);
  const most = depth === 16 ? 65535 : image.palette || depth === 8 ? 255 : 2 ** depth - 1;
  const channels = stored < 3 ? 1 : 3;
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const alpha = stored === 2 || stored === 4 ? data[i * stored + stored - 1]! / most : 1;
    for (let c = 0; c < channels; c++) {
      const value = data[i * stored + c]! / most;
      pixels[i * channels + c] = Math.round(255 * (value * alpha + 1 - alpha));
    }
  }
  return channels === 1
    ? { height, width, channels, pixels }
    : grayIfGray({ height, width, channels, pixels });
}

/** One channel if all three are equal. */
function grayIfGray(picture: Picture): Picture {
  const { pixels, width, height } = picture;
  for (let i = 0; i < pixels.length; i += 3) {
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return picture;
  }
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = pixels[3 * i]!;
  return { ...picture, channels: 1, pixels: grey };
}

/** The three channels of a picture, equal if it is grey. */
export function inColour(picture: Picture): Picture {
  if (picture.channels === 3) return picture;
  const pixels = new Uint8Array(3 * picture.pixels.length);
  picture.pixels.forEach((value, i) => {
    pixels.fill(value, 3 * i, 3 * i + 3);
  });
  return { ...picture, channels: 3, pixels };
}

/** Scales a picture: each new pixel is the mean of the area that it covers. */
export function resized(picture: Picture, [height, width]: readonly [number, number]): Picture {
  if (picture.height === height && picture.width === width) return picture;
  const { channels } = picture;
  const rows = overlaps(picture.height, height);
  const columns = overlaps(picture.width, width);
  const pixels = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const [row, a] of rows[y]!) {
          for (const [column, b] of columns[x]!) {
            sum += a * b * picture.pixels[(row * picture.width + column) * channels + c]!;
          }
        }
        pixels[(y * width + x) * channels + c] = Math.round(sum);
      }
    }
  }
  return { height, width, channels, pixels };
}

/** For each of `to` intervals, the ones of `from` that it covers, with their shares. */
function overlaps(from: number, to: number): [number, number][][] {
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [(i * from) / to, ((i + 1) * from) / to];
    const covered: [number, number][] = [];
    for (let j = Math.floor(start); j < Math.min(from, Math.ceil(end)); j++) {
      const share = (Math.min(end, j + 1) - Math.max(start, j)) / (end - start);
      if (share > 0) covered.push([j, share]);
    }
    return covered;
  });
}
