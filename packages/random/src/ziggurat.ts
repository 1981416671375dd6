/** Standard normals in bulk. Marsaglia and Tsang 2000, The Ziggurat Method for Generating Random Variables. */

/** Layers of equal area that cover half of the bell curve. */
const layers = 128;
/** Where the tail of the lowest layer begins, and the area of a layer: table 1 of the paper. */
const tail = 3.442619855899;
const area = 9.91256303526217e-3;

const bell = (x: number): number => Math.exp(-0.5 * x * x);

/**
 * Right edge of each layer; the lowest counts as the rectangle of its area, as wide as `area / bell(tail)`. The one after the
 * top is 0.
 */
const edges = new Float64Array(layers + 1);
edges[0] = area / bell(tail);
edges[1] = tail;
for (let i = 2; i < layers; i++) {
  edges[i] = Math.sqrt(-2 * Math.log(area / edges[i - 1]! + bell(edges[i - 1]!)));
}
const heights = edges.map(bell);
/** 25 bits choose a place in a layer, 7 others the layer: the paper's 32 bits served for both, and were correlated. */
const widths = edges.map((edge) => edge / 2 ** 24);
/** Places before the next edge lie under the curve. */
const inside = Int32Array.from(widths, (width, i) => Math.floor((edges[i + 1] ?? 0) / width) || 0);

/** Random words that are drawn at a time: a loop without calls. */
const block = 1024;

/**
 * Fills `values` with independent draws of N(0, 1), each of 24 bits.
 *
 * @param seed 128 random bits
 * @param uniform draws from (0, 1), for the few words that fall near the curve
 */
export function fillNormal(values: Float32Array, seed: Int32Array, uniform: () => number): void {
  const state = seed.slice();
  const words = new Int32Array(block);
  // The first words still resemble the seed.
  drawWords(state, words);
  for (let i = 0; i < values.length; ) {
    drawWords(state, words);
    for (let word = 0; word < block && i < values.length; word++) {
      const layer = words[word]! & (layers - 1);
      const place = words[word]! >> 7;
      if (Math.abs(place) < inside[layer]!) values[i++] = place * widths[layer]!;
      else if (layer === 0) values[i++] = place < 0 ? -beyondTail(uniform) : beyondTail(uniform);
      else if (isBelowCurve(place * widths[layer]!, layer, uniform)) values[i++] = place * widths[layer]!;
    }
  }
}

function isBelowCurve(x: number, layer: number, uniform: () => number): boolean {
  return heights[layer]! + uniform() * (heights[layer + 1]! - heights[layer]!) < bell(x);
}

/** A draw of the tail (Marsaglia 1964). */
function beyondTail(uniform: () => number): number {
  for (;;) {
    const past = -Math.log(uniform()) / tail;
    if (-2 * Math.log(uniform()) > past * past) return tail + past;
  }
}

/** Fills `words` with random bits: sfc32 of PractRand (Doty-Humphrey). */
function drawWords(state: Int32Array, words: Int32Array): void {
  let [a, b, c, counter] = state as unknown as [number, number, number, number];
  for (let i = 0; i < words.length; i++) {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    words[i] = word;
  }
  state.set([a, b, c, counter]);
}
