import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { checksum } from "../src/checksum.js";
import { dataScript, type PlaygroundInfo, readData } from "../src/data.js";
import { measureDrawings, renderStrokes, type Stroke } from "../src/drawing.js";
import { nearest } from "../src/neighbours.js";
import { pack, unpack } from "../src/packing.js";

describe("packing", () => {
  const weights = stream(1, "weights").fill("normal", 600);
  const arrays = new Map([
    ["scale", { shape: [], values: Float32Array.of(0.123456789) }],
    ["weight", { shape: [20, 30], values: weights }],
    ["bias", { shape: [3], values: Float32Array.of(1e-9, 2, -3) }],
    ["zeros", { shape: [2, 2], values: new Float32Array(4) }],
  ]);

  test("the error of a matrix is at most half of its largest value / 32,767; small arrays are exact", () => {
    const { headers, bytes } = pack(arrays);
    const read = unpack(headers, bytes);
    const largest = Math.max(...weights.map(Math.abs));
    read.get("weight")!.values.forEach((value, i) => {
      expect(Math.abs(value - weights[i]!)).toBeLessThan((0.5001 * largest) / 32767);
    });
    for (const name of ["scale", "bias", "zeros"]) expect(read.get(name)).toEqual(arrays.get(name));
    expect(bytes.byteLength).toBe(4 + 2 * 600 + 3 * 4 + 4 * 4);
  });

  test("too few or too many bytes are an error", () => {
    const { headers, bytes } = pack(arrays);
    expect(() => unpack(headers, bytes.subarray(0, -4))).toThrow();
    expect(() => unpack(headers, Buffer.concat([bytes, Buffer.of(0)]))).toThrow("more bytes");
  });
});

test("the checksum is CRC-32", () => {
  expect(checksum(Buffer.from("123456789"))).toBe(0xcbf43926);
});

describe("data.js", () => {
  const info: PlaygroundInfo = {
    model: {
      name: "vae",
      options: {},
      data: {
        shape: [1, 2, 1],
        d: 2,
        range: "unit",
        classes: 1,
        foundClusters: null,
        examples: 2,
        labelled: 0,
      },
      latent: "z",
    },
    clusters: [{ name: "</script><b>\u2028", short: "b", picture: 0 }],
    order: [0],
    neighbours: { source: "all 1 examples", labels: ["</script>"] },
    sheet: { png: "data:image/png;base64,", columns: 1, gap: 2 },
    drawing: null,
    shares: [],
  };
  const matrix = { shape: [1, 2], values: Float32Array.of(1, -1) };
  const arrays = { parameters: new Map([["latents", matrix]]), latents: matrix, directions: undefined };

  test("is a script that sets the same data, even if they contain markup", () => {
    const scope = {};
    new Function("globalThis", dataScript(info, arrays))(scope);
    const read = readData(scope);
    expect(read.info).toEqual(info);
    expect([...read.arrays.parameters.keys()]).toEqual(["latents"]);
    expect([...read.arrays.latents.values]).toEqual([1, -1]);
    expect(read.arrays.directions).toBeUndefined();
  });

  test("is an error if it did not run, or if its arrays have changed", () => {
    expect(() => readData({})).toThrow("data.js is damaged");
    const scope = {};
    const altered = dataScript(info, arrays).replace(/"bytes":"..../, '"bytes":"AAAA');
    new Function("globalThis", altered)(scope);
    expect(() => readData(scope)).toThrow("checksum");
  });
});

describe("drawings", () => {
  /** A bar of 20 × 3 pixels in 28 × 28. */
  const bar = Uint8Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [i % 28, Math.floor(i / 28)];
    return y >= 4 && y < 24 && x >= 13 && x < 16 ? 255 : 0;
  });
  const style = { box: 20, centre: { x: 14, y: 14 }, pen: 2.5 };

  test("have a measured box, centre and pen", () => {
    // The border along the edges of pixels is 46. A vertical bar has no oblique edges, so its pen is 4/π too wide.
    expect(measureDrawings([bar, bar, bar], [28, 28, 1])).toEqual({
      box: 20,
      centre: { x: 14.5, y: 14 },
      pen: Math.round((100 * 2 * 60) / ((Math.PI / 4) * 46)) / 100,
    });
  });

  test("pictures in colour, with bright corners or without ink are no drawings", () => {
    expect(measureDrawings([new Uint8Array(12)], [2, 2, 3])).toBeNull();
    expect(measureDrawings([bar.map((value) => 255 - value)], [28, 28, 1])).toBeNull();
    expect(measureDrawings([new Uint8Array(784)], [28, 28, 1])).toBeNull();
  });

  const extent = (picture: Float32Array) => {
    const inked = [...picture.keys()].filter((i) => picture[i]! > 0.5);
    const [xs, ys] = [inked.map((i) => i % 28), inked.map((i) => Math.floor(i / 28))];
    const mass = picture.reduce((sum, value) => sum + value, 0);
    const mean = (at: (i: number) => number): number =>
      picture.reduce((sum, value, i) => sum + value * (at(i) + 0.5), 0) / mass;
    return {
      width: Math.max(...xs) - Math.min(...xs) + 1,
      height: Math.max(...ys) - Math.min(...ys) + 1,
      centre: { x: mean((i) => i % 28), y: mean((i) => Math.floor(i / 28)) },
    };
  };

  test.each([
    ["large", 0.9, 0.05, 0.05],
    ["small and in a corner", 0.3, 0.02, 0.65],
  ])("a %s drawing fills the box and is centred by its mass", (_, size, left, top) => {
    // An L, since its centre of mass is not the centre of its box.
    const stroke: Stroke = [
      [0, 0],
      [0, 1],
      [0.6, 1],
    ].map(([x, y]) => ({ x: left + size * x!, y: top + size * y! }));
    const { width, height, centre } = extent(renderStrokes([stroke], style, [28, 28, 1]));
    expect(Math.abs(height - 20)).toBeLessThanOrEqual(1);
    expect(width).toBeLessThan(15);
    expect(centre.x).toBeCloseTo(14, 1);
    expect(centre.y).toBeCloseTo(14, 1);
  });

  test("a dot stays a dot", () => {
    const { width, height } = extent(renderStrokes([[{ x: 0.2, y: 0.2 }]], style, [28, 28, 1]));
    expect(Math.max(width, height)).toBeLessThanOrEqual(4);
  });

  test("no strokes are an empty picture", () => {
    expect(renderStrokes([], style, [28, 28, 1]).every((value) => value === 0)).toBe(true);
  });
});

test("neighbours are sorted by distance, then by row", () => {
  const latents = Float32Array.of(3, 4, 0, 1, 1, 0, 0, 0);
  expect(nearest([0, 0], latents, 3)).toEqual([
    { row: 3, distance: 0 },
    { row: 1, distance: 1 },
    { row: 2, distance: 1 },
  ]);
});
