/** Parts that run in the browser as well: nothing here needs Node. */
export { Chart, dashes, type Line, lineColour, Sparkline, ticks } from "./chart.js";
export {
  count,
  digits,
  duration,
  figure,
  megabytes,
  moment,
  plural,
  share,
  signed,
  spread,
  tone,
} from "./format.js";
export { Scroll } from "./scroll.js";
