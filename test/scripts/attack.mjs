/**
 * `pnpm attack [SHARE]`: 100 kills, 200 interleavings and 10,000 damaged inputs, or that share of each, by the tests of test/faults
 * and test/fuzz. What held is written to docs/records/attack.json if all of them were made.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { $ } from "zx";

const root = resolve(import.meta.dirname, "../..");
const share = Number(process.argv[2] ?? 1);
if (!(share > 0 && share <= 1)) {
  console.error(
    `error: the share of the attacks is ${process.argv[2]}; expected: a number above 0, at most 1`,
  );
  process.exit(1);
}
const attacks = [
  { name: "kills", count: 100, test: "test/faults/kills.test.ts", variable: "GUMBEL_TEST_KILLS" },
  {
    name: "interleavings",
    count: 200,
    test: "test/faults/interleavings.test.ts",
    variable: "GUMBEL_TEST_INTERLEAVINGS",
  },
  { name: "inputs", count: 10_000, test: "test/fuzz/fuzz.test.ts", variable: "GUMBEL_FUZZ_INPUTS" },
];
const seed = process.env.GUMBEL_TEST_SEED ?? `${Math.floor(Date.now() / 864e5)}`;

const held = [];
for (const { name, count, test, variable } of attacks) {
  const made = Math.ceil(count * share);
  const began = performance.now();
  const { ok } = await $({
    cwd: root,
    nothrow: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, [variable]: `${made}`, GUMBEL_TEST_SEED: seed },
  })`pnpm exec vitest run ${test}`;
  if (!ok) {
    console.error(
      `${name} did not hold; again: ${variable}=${made} GUMBEL_TEST_SEED=${seed} pnpm exec vitest run ${test}`,
    );
    process.exit(1);
  }
  held.push({ name, count: made, seconds: Math.round((performance.now() - began) / 1000) });
}
const summary = held.map(({ name, count, seconds }) => `${count} ${name} in ${seconds} s`).join(", ");
console.log(`held: ${summary} (seed ${seed})`);
if (share === 1) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = { processor: cpus()[0].model, cores: cpus().length, node: process.version };
  const record = { date, seed: Number(seed), machine, held };
  writeFileSync(join(root, "docs", "records", "attack.json"), `${JSON.stringify(record, null, 2)}\n`);
}
