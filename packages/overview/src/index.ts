export { collect } from "./entries/collect.js";
export type { Entry, Finished } from "./entries/entry.js";
export { compareMetrics, compareSettings } from "./page/comparison.js";
export { jsonSchemas } from "./schemas.js";
export { watchServer } from "./watch/server.js";
