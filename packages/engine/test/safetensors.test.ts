import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../src/index.js";

const arrays = new Map([
  ["layer/weight", { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["scale", { shape: [], values: Float32Array.of(0.5) }],
]);

test("decoding returns the encoded names, shapes, numbers and metadata", () => {
  expect(decodeSafetensors(encodeSafetensors(arrays, { step: "3" }))).toEqual({
    arrays,
    metadata: { step: "3" },
  });
});

test("bytes in the middle of a larger buffer are decoded as well", () => {
  const bytes = encodeSafetensors(arrays);
  const larger = Buffer.alloc(bytes.length + 10, 7);
  larger.set(bytes, 5);
  expect(decodeSafetensors(larger.subarray(5, 5 + bytes.length)).arrays).toEqual(arrays);
});

test("the layout is that of the format: header length, JSON, then the numbers", () => {
  const bytes = encodeSafetensors(arrays);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.slice(8, 8 + length)).toString());
  expect(header["layer/weight"]).toEqual({ dtype: "F32", shape: [2, 3], data_offsets: [0, 24] });
  expect(bytes.length).toBe(8 + length + 28);
  expect(length % 8).toBe(0);
});

test("a file that is cut anywhere is rejected", () => {
  const bytes = encodeSafetensors(arrays);
  for (const length of [0, 7, 20, bytes.length - 1]) {
    expect(() => decodeSafetensors(bytes.slice(0, length))).toThrow();
  }
});
