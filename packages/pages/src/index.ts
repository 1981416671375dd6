/** Parts that all pages share. */
export * from "./browser.js";
export { type About, document } from "./document.js";
export { type FigureFile, plotFiles, sheetFiles } from "./figureFiles.js";
export { Failure, Figure, Json, Pictures } from "./parts.js";
export { Phases } from "./phases.js";
export { assignmentsOf, neighboursOf, votersText } from "./plots/assignments.js";
export { type Assignments, assignmentsPlot } from "./plots/assignmentsPlot.js";
export * as axes from "./plots/axes.js";
export {
  above,
  type Certainty,
  calibration,
  calibrationPlot,
  certaintyHistogram,
  certaintyOf,
  certaintyPlot,
} from "./plots/certainty.js";
export { categorical, colours } from "./plots/colours.js";
export { parallelPlot } from "./plots/parallelPlot.js";
export type { ReadLine } from "./plots/readings.js";
export { draw, type Plot, type PlotRow, svgAddress, xmlText } from "./plots/render.js";
export { readoutScript } from "./readout.js";
export {
  atlas,
  enlargement,
  exampleBytes,
  gap,
  type Sheet,
  type SheetLabels,
  sheet,
  toBytes,
} from "./sprites.js";
