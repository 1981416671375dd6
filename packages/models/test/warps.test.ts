import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { warped, warpSchema } from "../src/training/warps.js";

const still = { rotation: 0, scale: 0, shear: 0, shift: 0 };
const images = stream(0, "images").fill("uniform", 2 * 5 * 4 * 3);
const shape = [5, 4, 3];

describe("a warp", () => {
  test("of nothing at all gives the images back", () => {
    expect(warped(images, shape, still, stream(1))).toEqual(images);
  });

  test("is the same for the same stream, another for the next image, and leaves the given images alone", () => {
    const options = warpSchema.parse({});
    const twice = new Float32Array([...images.subarray(0, 60), ...images.subarray(0, 60)]);
    const before = twice.slice();
    const output = warped(twice, shape, options, stream(1));
    expect(output).toEqual(warped(twice, shape, options, stream(1)));
    expect(output.subarray(0, 60)).not.toEqual(output.subarray(60));
    expect(twice).toEqual(before);
  });

  test("moves a dot in the middle by no more than its shift, and keeps its brightness", () => {
    const dot = new Float32Array(81);
    dot[40] = 1;
    for (let draw = 0; draw < 20; draw++) {
      const output = warped(dot, [9, 9, 1], { ...still, shift: 2 }, stream(draw));
      const sum = (value: (y: number, x: number) => number) =>
        output.reduce((all, v, i) => all + v * value(Math.floor(i / 9) - 4, (i % 9) - 4), 0);
      expect(sum(() => 1)).toBeCloseTo(1, 5);
      expect(Math.abs(sum((y) => y))).toBeLessThanOrEqual(2.0001);
      expect(Math.abs(sum((_, x) => x))).toBeLessThanOrEqual(2.0001);
    }
  });

  test("turns a bar about the centre, which stays where it is", () => {
    // A horizontal bar of 9 pixels. Turned by an angle a its second moments are ∝ sin² a down and cos² a across.
    const bar = Float32Array.from({ length: 225 }, (_, i) =>
      Math.floor(i / 15) === 7 && Math.abs((i % 15) - 7) <= 4 ? 1 : 0,
    );
    const tilts = Array.from({ length: 20 }, (_, draw) => {
      const output = warped(bar, [15, 15, 1], { ...still, rotation: 45 }, stream(draw));
      const moment = (value: (y: number, x: number) => number) =>
        output.reduce((all, v, i) => all + v * value(Math.floor(i / 15) - 7, (i % 15) - 7), 0);
      expect(Math.abs(moment((y) => y))).toBeLessThan(0.5);
      return Math.atan2(
        moment((y, x) => x * y),
        moment((_, x) => x * x),
      );
    });
    expect(Math.max(...tilts)).toBeGreaterThan(0.2);
    expect(Math.min(...tilts)).toBeLessThan(-0.2);
  });

  test("of what is no image is refused", () => {
    expect(() => warped(images, [60], still, stream(1))).toThrow(/cannot be warped/);
  });
});
