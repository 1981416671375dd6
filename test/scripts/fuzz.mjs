/**
 * `pnpm fuzz [COUNT] [SEED]`: so many damaged inputs over every reader (default: 10,000, in about three minutes), those of a seed
 * (default: of the day). An input that a reader does not take as it should is kept in fuzz-faults/.
 */
import { mkdirSync, rmdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { $ } from "zx";

const root = resolve(import.meta.dirname, "../..");
const [count = "10000", seed = `${Math.floor(Date.now() / 864e5)}`] = process.argv.slice(2);
const kept = join(root, "fuzz-faults");
mkdirSync(kept, { recursive: true });
process.env.GUMBEL_FUZZ_INPUTS = count;
process.env.GUMBEL_TEST_SEED = seed;
process.env.GUMBEL_FUZZ_KEEP = kept;
const { exitCode } = await $({
  cwd: root,
  nothrow: true,
  stdio: ["ignore", "inherit", "inherit"],
})`pnpm exec vitest run test/fuzz`;
try {
  rmdirSync(kept);
} catch {
  console.log(`the inputs are in ${kept}`);
}
process.exit(exitCode ?? 1);
