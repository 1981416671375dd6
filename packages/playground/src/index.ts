/** The trained model in the reader's page: what a report puts beside and into itself for it. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { dataScript, type PlaygroundArrays, type PlaygroundInfo } from "./data.js";

export type { PlaygroundArrays, PlaygroundInfo } from "./data.js";
export { type DrawingStyle, measureDrawings } from "./drawing.js";
export { playgroundId } from "./place.js";

/** Made by bundle.ts. */
const built = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), "utf8");

/**
 * The scripts of a playground.
 *
 * @returns `opener`, to stand in the page of the element with the id `playgroundId`, whose button it waits for; and the
 * files that it loads then, which lie beside the page.
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
