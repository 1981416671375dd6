import { stream } from "@gumbel/random";
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { atlas, sheet } from "../src/sprites.js";

describe("sheets of pictures", () => {
  test("are in rows with two transparent pixels between them; a missing one is empty", () => {
    const one = [10, 20, 30, 40];
    const { width, height, grey, png } = sheet("x", [2, 2, 1], 1, 2, [one, undefined]);
    expect([width, height, grey]).toEqual([6, 2, true]);
    const { data, channels } = decode(png);
    expect(channels).toBe(2);
    const pixels = Array.from({ length: 12 }, (_, i) => [...data.slice(2 * i, 2 * i + 2)]);
    expect(pixels.slice(0, 3)).toEqual([
      [10, 255],
      [20, 255],
      [0, 0],
    ]);
    expect(pixels.slice(6, 8)).toEqual([
      [30, 255],
      [40, 255],
    ]);
    expect(pixels[4]).toEqual([0, 0]);
  });

  test("colour keeps its channels", () => {
    const { data, channels } = decode(sheet("x", [1, 1, 3], 1, 1, [[1, 2, 3]]).png);
    expect([channels, ...data]).toEqual([4, 1, 2, 3, 255]);
  });
});

describe("an atlas of the map's examples", () => {
  const noise = (shape: number[]): Uint8Array[] => {
    const random = stream(0, "atlas");
    const size = shape.reduce((product, side) => product * side, 1);
    return Array.from({ length: 2000 }, () => Uint8Array.from({ length: size }, () => random.int(256)));
  };

  test.each([
    [[28, 28, 1], 28],
    [[32, 32, 3], 16],
  ])("leaves a page of 2,000 pictures of %j far under 5 MB, even of noise", (shape, side) => {
    const { png, width, height, columns } = atlas(shape, noise(shape));
    expect([width, height]).toEqual([side, side]);
    // In the page it is base64: four bytes for three.
    expect((png.length * 4) / 3).toBeLessThan(2.5e6);
    expect(columns).toBe(45);
  });

  test("shrinks by the mean of the pixels that one replaces", () => {
    const picture = Uint8Array.from({ length: 2048 * 2048 }, (_, i) => (i % 2 === 0 ? 100 : 200));
    const { png, width } = atlas([2048, 2048, 1], [picture]);
    expect(width).toBe(1024);
    expect(new Set(decode(png).data)).toEqual(new Set([150]));
  });
});
