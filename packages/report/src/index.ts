/** What other pages than a pipeline's are made of. */
export {
  duration,
  figure,
  type MetricName,
  metricNames,
  moment,
  plural,
  signed,
  spread,
} from "./format.js";
export { document } from "./page.js";
export { Scroll } from "./parts.js";
export { type Published, publishedFor } from "./published/published.js";
export { jsonSchemas } from "./schemas.js";
export { known, watchServer } from "./watch/server.js";
