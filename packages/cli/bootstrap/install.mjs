/** Prepares this checkout and runs nothing. */
import { prepare } from "./common.mjs";

await prepare();
