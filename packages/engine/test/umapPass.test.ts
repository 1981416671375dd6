/** A pass of UMAP's layout; that it is the pass in JavaScript is tested with that, in projection. */
import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { engineUmapPass, startEngine, type UmapPass } from "../src/index.js";
import { withBinding } from "./withBinding.js";

await startEngine({ threads: 2 });

/** A ring of `n` points, each with an edge to the next and one to the previous. */
function ring(n: number, d: number): UmapPass {
  const random = stream(n, "ring", d);
  const before = random.fill("normal", n * d);
  const neighbours = Int32Array.from(
    { length: 2 * n },
    (_, edge) => ((edge >> 1) + (edge % 2 ? 1 : n - 1)) % n,
  );
  return {
    ...{ before, after: new Float32Array(n * d), d, neighbours, a: 1.5, b: 0.9 },
    starts: Int32Array.from({ length: n + 1 }, (_, point) => 2 * point),
    periods: new Float32Array(2 * n).fill(1),
    next: new Float32Array(2 * n),
    states: Uint32Array.from({ length: 2 * n }, () => random.int(2 ** 32) | 1),
    ofTwos: Float64Array.from({ length: 256 }, (_, e) => 2 ** ((e - 127) * 0.9)),
    ofFractions: new Float64Array(4096).fill(1.3),
  };
}

describe.skipIf(!engineUmapPass())("a pass", () => {
  test.each([
    [2, 2],
    [1025, 2],
    [3000, 10],
  ])("over %i points in %i dimensions is the same on one thread and on three", (n, d) => {
    const on = (threads: number) => {
      const pass = ring(n, d);
      withBinding({ threads }, () => engineUmapPass()!(pass, 0, 1));
      return pass;
    };
    const alone = on(1);
    expect(alone.after.every(Number.isFinite)).toBe(true);
    expect(alone.after).not.toEqual(alone.before);
    expect(on(3)).toEqual(alone);
  });

  test("moves no point whose edges are not due", () => {
    const pass = ring(10, 3);
    pass.next.fill(5);
    engineUmapPass()!(pass, 4, 1);
    expect(pass.after).toEqual(pass.before);
  });

  test("refuses sizes that do not fit", () => {
    const pass = ring(10, 3);
    const move = (changed: Partial<UmapPass>) => () => engineUmapPass()!({ ...pass, ...changed }, 0, 1);
    for (const changed of [
      { d: 4 },
      { after: new Float32Array(29) },
      { starts: pass.starts.subarray(1) },
      { neighbours: pass.neighbours.subarray(1) },
      { next: pass.next.subarray(1) },
      { ofTwos: new Float64Array(255) },
    ]) {
      expect(move(changed)).toThrow(/the sizes do not fit/);
    }
  });
});
