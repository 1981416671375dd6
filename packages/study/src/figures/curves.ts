/** Curves per epoch of a run that is here, in the form of a record. */
import { epochsOf, type KeptCurve } from "@gumbel/records";
import { type Curve, seriesOf } from "@gumbel/results";

/** Significant digits of a value: more than a plot or a table shows. */
const digits = 5;

/** The curves of one run, rounded; of a long training evenly spaced epochs. */
export function keptCurves(curve: Curve): KeptCurve[] {
  return seriesOf([curve]).map(({ metric, runs: [run] }) => {
    const values = new Map(run!.points.map(({ epoch, value }) => [epoch, Number(value.toPrecision(digits))]));
    const last = Math.max(...values.keys());
    return { name: metric.name, last, values: epochsOf(last).map((epoch) => values.get(epoch) ?? null) };
  });
}
