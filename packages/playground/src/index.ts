/** The playground's scripts and data for a report's page. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { dataScript, type PlaygroundArrays, type PlaygroundInfo } from "./data.js";

export type { PlaygroundArrays, PlaygroundInfo } from "./data.js";
export { type DrawingStyle, measureDrawings } from "./drawing.js";
export { playgroundId } from "./elementId.js";

/** Reads a script that bundle.ts wrote. */
const built = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), "utf8");

/**
 * The scripts of a playground.
 *
 * @returns `opener`, a script for the page that has an element with the id `playgroundId`; and the files that it loads when
 * the button of that element is pressed, to be written beside the page
 */
export async function playgroundFiles(
  info: PlaygroundInfo,
  arrays: PlaygroundArrays,
): Promise<{ opener: string; files: { name: string; contents: string }[] }> {
  return {
    opener: await built("opener"),
    files: [
      { name: "playground/data.js", contents: dataScript(info, arrays) },
      { name: "playground/playground.js", contents: await built("playground") },
    ],
  };
}
