/** `npm test`: builds everything, checks it, runs every test. Arguments after `--` go to vitest. */
import { prepare, run } from "./common.mjs";

const env = await prepare();
await run("pnpm", ["run", "check"], env);
await run("pnpm", ["exec", "vitest", "run", ...process.argv.slice(2)], env);
