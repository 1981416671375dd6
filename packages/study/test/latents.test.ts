/** Latents at moments of training, laid out. */
import { stream } from "@gumbel/random";
import { expect, test } from "vitest";
import { layOut } from "../src/figures/latents.js";

const n = 200;
const rows = Array.from({ length: n }, (_, i) => i);

/** Two groups that move apart: at a distance in the first of three dimensions. */
function momentAt(at: number, distance: number, change: (values: Float32Array) => void = () => {}) {
  const noise = stream(3, "noise").fill("normal", 3 * n);
  const values = noise.map((value, i) => value + (i % 3 === 0 && i % 2 === 1 ? distance : 0));
  change(values);
  return { at, latent: { values, width: 3 } };
}

/** Mean of the second group along an axis. */
const centre = (along: (number | null)[]): number =>
  along.reduce<number>((sum, value, i) => sum + (i % 2 === 1 ? value! : 0), 0) / (n / 2);

test.each(["pca", "umap"] as const)(
  "%s: an unchanged moment stays where it was, all in one square",
  async (layout) => {
    const [first, second, third] = await layOut(
      [momentAt(1, 0), momentAt(2, 12), momentAt(3, 12)],
      rows,
      layout,
    );
    expect([first!.at, second!.at, third!.at]).toEqual([1, 2, 3]);
    const all = [first!, second!, third!].flatMap(({ x, y }) => [...x, ...y]) as number[];
    expect(Math.min(...all)).toBe(0);
    expect(Math.max(...all)).toBe(999);
    if (layout === "pca") expect(third!.x).toEqual(second!.x);
    for (const axis of ["x", "y"] as const)
      expect(Math.abs(centre(third![axis]) - centre(second![axis]))).toBeLessThan(200);
  },
);

test("what is not a number at one moment has no position at any, and a moment without numbers has none", async () => {
  const spoilt = momentAt(2, 5, (values) => values.fill(Number.NaN, 0, 3));
  const lost = momentAt(3, 5, (values) => values.fill(Number.NaN));
  const [first, second, third] = await layOut([momentAt(1, 5), spoilt, lost], rows, "pca");
  for (const { x, y } of [first!, second!]) {
    expect([x[0], y[0]]).toEqual([null, null]);
    expect(x.slice(1).every(Number.isFinite)).toBe(true);
  }
  expect(third!.x).toEqual(rows.map(() => null));
});
