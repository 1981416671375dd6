/** `gumbel-study` in the folder of a study. */
import { basename } from "node:path";
import { renderError } from "@gumbel/config";
import { findRoot } from "@gumbel/workspace";
import { reproduce } from "./reproduce.js";

try {
  await reproduce(findRoot(process.cwd()), basename(process.cwd()));
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}
