/** Rows that occur more than once, by a digest of 53 bits of each: two that differ agree once in 10,000 tables of a million rows. */
import { splits } from "@gumbel/tables";

export class Repeats {
  readonly #digests = { train: [] as number[], test: [] as number[] };

  /** @param features of consecutive rows, n × d, with their splits */
  add(features: Uint8Array | Float32Array, split: Uint8Array): void {
    const d = features.length / split.length;
    const values =
      features instanceof Uint8Array
        ? features
        : new Uint32Array(features.buffer, features.byteOffset, features.length);
    for (let row = 0; row < split.length; row++) {
      const of = split[row] === splits.test ? this.#digests.test : this.#digests.train;
      of.push(digestOf(values, row * d, d));
    }
  }

  /** What to say of them, a line each; nothing if every row is another. */
  notes(): string[] {
    const { train, test } = this.#digests;
    const known = new Set(train);
    const repeated = train.length - known.size;
    const seen = test.filter((digest) => known.has(digest)).length;
    return [
      ...(repeated > 0
        ? [`${repeated} of ${train.length} training examples are the same as an earlier one`]
        : []),
      ...(seen > 0
        ? [
            `${seen} of ${test.length} test examples are the same as a training example: their errors tell nothing of new data`,
          ]
        : []),
    ];
  }
}

/** Two rounds of multiplication by primes, of 32 and of 21 bits. */
function digestOf(values: Uint8Array | Uint32Array, from: number, d: number): number {
  let [high, low] = [0x811c9dc5, 0x9e3779b1];
  for (let i = from; i < from + d; i++) {
    high = Math.imul(high ^ values[i]!, 0x01000193);
    high ^= high >>> 15;
    low = Math.imul(low ^ values[i]!, 0x85ebca6b);
    low ^= low >>> 13;
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
