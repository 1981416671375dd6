/** Curves per epoch as a record keeps them. */
import { epochsOf, type KeptCurve } from "@gumbel/records";
import { type Curve, type Series, seriesOf } from "@gumbel/results";

/** Significant digits of a value: more than a plot or a table shows. */
const digits = 5;

/** The curves of one run. */
export interface RunCurves {
  seed: number;
  curves: KeptCurve[];
}

/** The curves of one run, rounded; of a long training evenly spaced epochs. */
export function keptCurves(curve: Curve): KeptCurve[] {
  return seriesOf([curve]).map(({ metric, runs: [run] }) => {
    const values = new Map(run!.points.map(({ epoch, value }) => [epoch, Number(value.toPrecision(digits))]));
    const last = Math.max(...values.keys());
    return { name: metric.name, last, values: epochsOf(last).map((epoch) => values.get(epoch) ?? null) };
  });
}

/** The series of one quantity over the runs; undefined if no run has it. */
export function keptSeries(runs: RunCurves[], name: string): Series["runs"] | undefined {
  const found = runs.flatMap(({ seed, curves }) => {
    const curve = curves.find((each) => each.name === name);
    if (!curve) return [];
    const epochs = epochsOf(curve.last);
    const points = curve.values.flatMap((value, i) => (value === null ? [] : { epoch: epochs[i]!, value }));
    return { seed, points };
  });
  return found.length > 0 ? found : undefined;
}
