/** What pages need in the browser as well: nothing here needs Node, or a schema. */
export { departuresText, isAsPublished } from "./departures.js";
