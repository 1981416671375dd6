/**
 * Random streams. One seed per run; every use draws from its own stream, named by what it is for
 * (`stream(seed, "train", "batches", epoch)`), so that adding a use never shifts another, and a resumed run
 * needs no generator state beyond the step it stands at.
 */
import { createHash } from "node:crypto";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { RandomStream } from "./randomStream.js";

export { evenlySpaced } from "./evenlySpaced.js";
export { RandomStream };

/**
 * The stream of `seed` that `names` name: equal arguments give equal streams, different ones independent streams
 * (the 128-bit state is a SHA-256 of them).
 */
export function stream(seed: number, ...names: (string | number)[]): RandomStream {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...names]))
    .digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  return new RandomStream(xoroshiro128plusFromState(state));
}
