/** Curves per epoch as a record keeps them. */
import { epochsOf, type KeptCurve } from "./schema.js";

/** The curves of one run. */
export interface RunCurves {
  seed: number;
  curves: KeptCurve[];
}

/** One quantity of one run, at the epochs that were kept. */
interface KeptPoints {
  seed: number;
  points: { epoch: number; value: number }[];
}

/** One quantity over the runs that have it; undefined if none has. */
export function keptSeries(runs: RunCurves[], name: string): KeptPoints[] | undefined {
  const found = runs.flatMap(({ seed, curves }) => {
    const curve = curves.find((each) => each.name === name);
    if (!curve) return [];
    const epochs = epochsOf(curve.last);
    const points = curve.values.flatMap((value, i) => (value === null ? [] : { epoch: epochs[i]!, value }));
    return { seed, points };
  });
  return found.length > 0 ? found : undefined;
}
