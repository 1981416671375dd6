import { inBatches, type OpenDataset } from "./dataset.js";

/**
 * Opens a data set of `n` points in the plane in two classes; the first half (rounded up) is class 0.
 *
 * @param draw returns the i-th point of a class
 */
export function pointsDataset(
  name: string,
  title: string,
  classes: [string, string],
  n: number,
  draw: (i: number, label: 0 | 1) => [number, number],
): OpenDataset {
  return {
    info: {
      name,
      title,
      kind: "points",
      shape: [2],
      scale: 1,
      offset: 0,
      range: "real",
      classes,
      source: "drawn from the pipeline's seed",
    },
    sizes: { train: n, test: 0 },
    *batches() {
      const features = new Float32Array(2 * n);
      const labels = new Int32Array(n);
      const first = Math.ceil(n / 2);
      for (let i = 0; i < n; i++) {
        labels[i] = i < first ? 0 : 1;
        features.set(i < first ? draw(i, 0) : draw(i - first, 1), 2 * i);
      }
      yield* inBatches(features, labels, 0, 0);
    },
  };
}
