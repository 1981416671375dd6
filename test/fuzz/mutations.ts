/** Damage to bytes: what disks, transfers and people do to files, and what a reader could be led to believe. */
import { gunzipSync, gzipSync } from "node:zlib";

/** Whole numbers from 0 to n - 1, the same for the same seed. */
export type Draw = (n: number) => number;

/** A small generator (mulberry32): the inputs are those of a seed, and nothing else in the project is drawn from it. */
export function draws(seed: number): Draw {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

const extremes = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const words = [
  ...[
    '"',
    "\n",
    "\r\n",
    ",",
    ";",
    "\t",
    "\0",
    "\uFEFF",
    "\u2028",
    "constructor",
    "__proto__",
    "toString",
    "=1+1",
  ],
  ...["0x10", "1e999", "-", "NaN", "9007199254740993", "{", "}", "[", "null", "\\ud800", "-1", "1e-400", "١"],
];

const mutations: ((bytes: Buffer, draw: Draw) => Buffer)[] = [
  function flipsBit(bytes, draw) {
    const at = draw(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << draw(8));
    return bytes;
  },
  function setsByte(bytes, draw) {
    bytes[draw(bytes.length)] = [0, 255, draw(256)][draw(3)]!;
    return bytes;
  },
  function setsNumber(bytes, draw) {
    const at = 4 * draw(Math.max(1, Math.floor(bytes.length / 4)));
    const value = extremes[draw(extremes.length)]!;
    if (at + 4 > bytes.length) return bytes;
    if (draw(2) === 0) bytes.writeUInt32LE(value, at);
    else bytes.writeUInt32BE(value, at);
    return bytes;
  },
  (bytes, draw) => bytes.subarray(0, draw(bytes.length)),
  function leavesOut(bytes, draw) {
    const from = draw(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + draw(64))]);
  },
  function repeats(bytes, draw) {
    const from = draw(bytes.length);
    const part = bytes.subarray(from, from + 1 + draw(64));
    return Buffer.concat([bytes.subarray(0, from), part, part, bytes.subarray(from + part.length)]);
  },
  function swaps(bytes, draw) {
    const [a, b, length] = [draw(bytes.length), draw(bytes.length), 1 + draw(16)];
    const first = Buffer.from(bytes.subarray(a, a + length));
    bytes.copy(bytes, a, b, b + length);
    first.copy(bytes, b);
    return bytes;
  },
  function insertsWord(bytes, draw) {
    const at = draw(bytes.length);
    const word = Buffer.from(words[draw(words.length)]!);
    return Buffer.concat([
      bytes.subarray(0, at),
      word,
      bytes.subarray(draw(2) === 0 ? at : at + word.length),
    ]);
  },
  (bytes, draw) => Buffer.concat([bytes, bytes.subarray(draw(bytes.length))]),
];

/** A damaged copy of a file. What gzip compresses is damaged below it half of the time, since above it a checksum sees all. */
export function mutated(original: Buffer, draw: Draw): Buffer {
  const isGzip = original[0] === 0x1f && original[1] === 0x8b && draw(2) === 0;
  let bytes = Buffer.from(isGzip ? gunzipSync(original) : original);
  for (let left = 1 + draw(3); left > 0 && bytes.length > 0; left--)
    bytes = Buffer.from(mutations[draw(mutations.length)]!(bytes, draw));
  return isGzip ? gzipSync(bytes) : bytes;
}
