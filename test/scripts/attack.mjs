/**
 * `pnpm attack [NAME…]`: 100 kills, 10 of a sweep of 45 runs, 200 interleavings and 10,000 damaged inputs, or those that are named, by the
 * tests of test/faults and test/fuzz. What held is kept in docs/records/attack.json.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { $ } from "zx";

const root = resolve(import.meta.dirname, "../..");
const attacks = {
  kills: { count: 100, test: "test/faults/kills.test.ts", variable: "GUMBEL_TEST_KILLS" },
  sweep: { count: 10, test: "test/faults/sweep.test.ts", variable: "GUMBEL_TEST_SWEEP_KILLS" },
  interleavings: {
    count: 200,
    test: "test/faults/interleavings.test.ts",
    variable: "GUMBEL_TEST_INTERLEAVINGS",
  },
  inputs: { count: 10_000, test: "test/fuzz/fuzz.test.ts", variable: "GUMBEL_FUZZ_INPUTS" },
};
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(attacks);
const unknown = names.find((name) => !Object.hasOwn(attacks, name));
if (unknown !== undefined) {
  console.error(`error: there is no attack "${unknown}"; expected: ${Object.keys(attacks).join(", ")}`);
  process.exit(1);
}
const seed = Number(process.env.GUMBEL_TEST_SEED ?? Math.floor(Date.now() / 864e5));
const machine = { processor: cpus()[0].model, cores: cpus().length, node: process.version };
const file = join(root, "docs", "records", "attack.json");
const record = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};

for (const name of names) {
  const { count, test, variable } = attacks[name];
  const began = performance.now();
  const { ok } = await $({
    cwd: root,
    nothrow: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, [variable]: `${count}`, GUMBEL_TEST_SEED: `${seed}` },
  })`pnpm exec vitest run ${test}`;
  if (!ok) {
    const again = `${variable}=${count} GUMBEL_TEST_SEED=${seed} pnpm exec vitest run ${test}`;
    console.error(`the ${name} did not hold; again: ${again}`);
    process.exit(1);
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  record[name] = { count, seconds, seed, date: new Date().toISOString().slice(0, 10), machine };
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
  console.log(`held: ${count} ${name} in ${seconds} s (seed ${seed})`);
}
