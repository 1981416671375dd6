/** Brings this checkout to where everything runs, and runs nothing. */
import { prepare } from "./common.mjs";

await prepare();
