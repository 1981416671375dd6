import { nativeBinding } from "../core/native.js";

/** What a pass over the edges of UMAP's graph needs, see native/umap.h. */
export interface UmapPass {
  /** Positions before and after the pass, [n, d]. */
  before: Float32Array;
  after: Float32Array;
  d: number;
  /** Of each point its first edge, and the number of all, [n + 1]. */
  starts: Int32Array;
  /** By edge: the other end, passes from one attraction to the next, and the pass of the next, which changes. */
  neighbours: Int32Array;
  periods: Float32Array;
  next: Float32Array;
  /** Of a random generator per point, [n, 2]; they change. */
  states: Uint32Array;
  /** Tables of s^b: by the exponent of s, [256], and by its leading 12 binary digits, [4096]. */
  ofTwos: Float64Array;
  ofFractions: Float64Array;
  /** Of closeness 1 / (1 + a x^(2b)). */
  a: number;
  b: number;
}

/**
 * A function of the addon that does one pass, on every thread; undefined if the engine that runs has none.
 *
 * @returns throws RangeError for sizes that do not fit
 */
export function engineUmapPass(): ((pass: UmapPass, number: number, rate: number) => void) | undefined {
  const binding = nativeBinding();
  if (!binding?.movePoints) return undefined;
  return (
    { before, after, d, starts, neighbours, periods, next, states, ofTwos, ofFractions, a, b },
    number,
    rate,
  ) =>
    binding.movePoints!(
      ...([before, after, starts, neighbours, periods, next, states, ofTwos, ofFractions] as const),
      ...([d, a, b, rate, number, binding.threads ?? 1] as const),
    );
}
