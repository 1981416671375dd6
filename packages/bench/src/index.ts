/** What the documents say of measurements. */
export { recordSchema } from "./record.js";
export { librariesOf, rowsOf } from "./table.js";
