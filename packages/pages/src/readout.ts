import { readFileSync } from "node:fs";

/** `src/client/readout.ts`: shows what a plot with readings says under the pointer. */
export const readoutScript = readFileSync(new URL("client/readout.js", import.meta.url), "utf8");
