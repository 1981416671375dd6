/** Parts that run in the browser as well: nothing here needs Node. */
export { Chart, type Line, LineKey, Sparkline, ticks } from "./chart.js";
export { commandOf } from "./command.js";
export { AgainEntry, Entry, SeedsEntry } from "./entry.js";
export {
  count,
  digits,
  duration,
  figure,
  megabytes,
  moment,
  plural,
  plusMinus,
  roughly,
  share,
  signed,
  tone,
} from "./format.js";
export { type PageLink, PageLinks } from "./links.js";
export { isLogarithmic, Parallel, type ParallelProps, type ParallelRun } from "./parallel.js";
export { Scroll } from "./scroll.js";
export { SeedsTable } from "./seedsTable.js";
