/**
 * Random streams. Each run has one seed, and each use draws from its own stream, named after its purpose
 * (`stream(seed, "train", "batches", epoch)`). So a new use never changes the draws of another, and a resumed run
 * needs no state of a generator, only the number of its step.
 */
import { createHash } from "node:crypto";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { evenlySpaced, RandomStream } from "./portable.js";

export { evenlySpaced, RandomStream };

/**
 * The stream with these names under `seed`. Equal arguments give equal streams, different ones independent streams
 * (the 128-bit state is the start of a SHA-256 of them).
 */
export function stream(seed: number, ...names: (string | number)[]): RandomStream {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...names]))
    .digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  return new RandomStream(xoroshiro128plusFromState(state));
}
