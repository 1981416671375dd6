import { stream } from "@gumbel/random";
import { describe, expect, test } from "vitest";
import { principalComponents, tsne, umap } from "../src/index.js";

describe("projections", () => {
  test("points on a line keep their distances on the first component, whose sign is fixed", () => {
    const points = [0, 1, 2, 5].map((t) => Float64Array.of(1 + 3 * t, 2 - 4 * t, 7));
    const { scores, varianceOfTwo } = principalComponents(points, 2, stream(0));
    // The line has the direction (3, −4, 0) / 5, and the sign that makes the largest loading positive.
    const [first] = scores[0]!;
    expect(scores.map(([x]) => x! - first!)).toEqual(
      [0, -5, -10, -25].map((value) => expect.closeTo(value, 9)),
    );
    expect(varianceOfTwo).toBeCloseTo(1, 12);
  });

  test.each([2, 150])("points of %d dimensions that are all the same lie in one place", (d) => {
    const points = Array.from({ length: 5 }, () => new Float64Array(d).fill(3));
    const { scores, project } = principalComponents(points, 50, stream(0));
    expect(scores).toEqual(Array(5).fill([0, 0]));
    expect(project([new Float64Array(d)])).toEqual([[0, 0]]);
  });

  test.each([60, 400])("%d points of 150 dimensions keep the distances of the exact decomposition", (n) => {
    const random = stream(3, "test");
    // Near a plane; the same in the plane's own coordinates.
    const axes = [9, 4].map((scale) => ({ scale, direction: random.fill("normal", 150) }));
    const wide = Array.from({ length: n }, () => {
      const [a, b] = [random.normal() * axes[0]!.scale, random.normal() * axes[1]!.scale];
      return Float64Array.from(
        { length: 150 },
        (_, j) => a * axes[0]!.direction[j]! + b * axes[1]!.direction[j]! + 0.01 * random.normal(),
      );
    });
    const { scores, varianceOfTwo } = principalComponents(wide, 2, stream(0));
    expect(varianceOfTwo).toBeGreaterThan(0.9999);
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Math.hypot(...Array.from(a, (value, j) => value - b[j]!));
    expect(distance(scores[0]!, scores[1]!)).toBeCloseTo(distance(wide[0]!, wide[1]!), 0);
    expect(distance(scores[5]!, scores[40]!)).toBeCloseTo(distance(wide[5]!, wide[40]!), 0);
  });

  test("t-SNE is the same for the same points and seed, differs for another seed, and separates two groups", () => {
    const random = stream(3, "points");
    const points = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 5 }, () => (i % 2) * 20 + random.normal()),
    );
    const embedded = tsne(points, stream(1));
    expect(tsne(points, stream(1))).toEqual(embedded);
    expect(tsne(points, stream(2))).not.toEqual(embedded);
    const far = ([x, y]: number[], [u, v]: number[]): number => Math.hypot(x! - u!, y! - v!);
    const nearest = embedded.map((at, i) =>
      embedded.reduce(
        (best, other, j) => (j !== i && (best < 0 || far(at, other) < far(at, embedded[best]!)) ? j : best),
        -1,
      ),
    );
    expect(nearest.filter((j, i) => j % 2 === i % 2).length).toBe(40);
  });

  test("UMAP is the same for the same points and seed, and differs for another seed", async () => {
    const random = stream(5, "test");
    const points = Array.from({ length: 40 }, () => Array.from(random.fill("normal", 3)));
    expect(await umap(points, stream(1))).toEqual(await umap(points, stream(1)));
    expect(await umap(points, stream(1))).not.toEqual(await umap(points, stream(2)));
  });
});

describe.each([
  ["UMAP", umap],
  ["t-SNE", tsne],
])("%s from another layout", (_, layOut) => {
  const random = stream(7, "points");
  const noise = Array.from({ length: 200 }, () => Array.from(random.fill("normal", 5)));
  /** Two groups, at a distance. */
  const groups = (distance: number): number[][] =>
    noise.map((point, i) => point.map((value, j) => value + (j === 0 && i % 2 === 1 ? distance : 0)));

  const far = (a: number[], b: number[]): number => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
  /** Share of the points whose nearest one in the layout is of their group, in [0, 1]. */
  const apart = (positions: number[][]): number => {
    const same = positions.filter((at, i) => {
      const order = [...positions.keys()].filter((j) => j !== i);
      const nearest = order.reduce((best, j) =>
        far(at, positions[j]!) < far(at, positions[best]!) ? j : best,
      );
      return nearest % 2 === i % 2;
    });
    return same.length / positions.length;
  };
  /** The median distance between two layouts, as a share of the extent of the second. */
  const moved = (positions: number[][], from: number[][]): number => {
    const distances = positions.map((at, i) => far(at, from[i]!)).sort((a, b) => a - b);
    const x = from.map(([value]) => value!);
    return distances[distances.length >> 1]! / (Math.max(...x) - Math.min(...x));
  };

  test("moves points little that have the same neighbours, and is the same for the same seed", async () => {
    const points = groups(20);
    const start = await layOut(points, stream(1));
    const again = await layOut(points, stream(2), { start });
    const anew = await layOut(points, stream(2));
    expect(moved(again, start)).toBeLessThan(0.12);
    expect(moved(again, start)).toBeLessThan(0.7 * moved(anew, start));
    expect(await layOut(points, stream(2), { start })).toEqual(again);
  });

  test("brings groups together whose points have become neighbours", async () => {
    const start = await layOut(groups(20), stream(1));
    expect(apart(start)).toBeGreaterThan(0.98);
    expect(apart(await layOut(groups(0), stream(2), { start }))).toBeLessThan(0.7);
  });
});
