import { renderToStaticMarkup } from "preact-render-to-string";
import { Parallel, type ParallelProps } from "../parallel.js";
import { type Plot, xmlText } from "./render.js";

/** Parallel coordinates as a plot, for a file beside a page. */
export const parallelPlot = (
  name: string,
  description: string,
  props: Omit<ParallelProps, "description" | "point" | "marked">,
): Plot => ({
  name,
  description,
  svg: xmlText(renderToStaticMarkup(<Parallel {...props} />)),
  values: props.runs.map(({ id, values, mean }) => ({ run: id, ...values, [props.metric.title]: mean })),
});
