import { readFile } from "node:fs/promises";

/** The text of a script of src/client, which runs in the browser. */
export const clientScript = (name: string): Promise<string> =>
  readFile(new URL(`../client/${name}.js`, import.meta.url), "utf8");
