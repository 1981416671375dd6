export { jsonSchemas } from "./schemas.js";
export { findPipeline, watchServer } from "./watch/server.js";
