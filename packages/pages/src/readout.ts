import { readFileSync } from "node:fs";

/** The script `src/client/readout.ts`, which shows a plot's values under the pointer. */
export const readoutScript = readFileSync(new URL("client/readout.js", import.meta.url), "utf8");
