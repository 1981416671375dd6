/**
 * Runs the README's test command on this checkout, with everything installed without which tests are skipped: two browsers,
 * Slurm, Python with scikit-learn, pyarrow and ONNX Runtime, real data. The last line is "N passed, N failed".
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cacheFolder, root } from "@gumbel/cli/bootstrap";
import { $, which } from "zx";

const run = $({ cwd: root, nothrow: true, quiet: true, stdio: ["ignore", "pipe", "pipe"] });
const show = $({ cwd: root, nothrow: true, stdio: ["ignore", "inherit", "inherit"] });
const has = (program) => which.sync(program, { nothrow: true }) !== null;

/** Debian's packages of each program, which is in the PATH or in /usr/sbin. */
const programs = {
  chromium: ["chromium"],
  "firefox-esr": ["firefox-esr"],
  slurmctld: ["slurm-wlm", "munge"],
};
for (const [program, packages] of Object.entries(programs)) {
  if (has(program) || existsSync(`/usr/sbin/${program}`) || !has("apt-get")) continue;
  const installed = await run`apt-get update -qq && apt-get install -y -qq ${packages}`;
  if (!installed.ok) console.log(installed.stdall.trim().split("\n").slice(-5).join("\n"));
}

const environment = join(cacheFolder(), "ci-python");
const python = join(environment, "bin", "python");
if (!(await run`${python} -c ${"import sklearn, pyarrow, onnxruntime"}`).ok) {
  await show`python3 -m venv ${environment} && ${python} -m pip install --quiet scikit-learn pyarrow onnxruntime`;
}
process.env.GUMBEL_PYTHON = python;
const datasets = resolve(root, "../shared/datasets");
if (existsSync(datasets)) process.env.GUMBEL_DATA = datasets;

const folder = mkdtempSync(join(tmpdir(), "gumbel-ci-"));
const report = join(folder, "tests.json");
const { exitCode } = await show`npm test -- --reporter=default --reporter=json --outputFile.json=${report}`;
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
  // More than tests can fail: types, lint, a file that does not load.
  const failed = Math.max(numFailedTests, exitCode === 0 ? 0 : 1);
  console.log(`${numPendingTests} skipped\n${numPassedTests} passed, ${failed} failed`);
} else {
  console.log("0 passed, 1 failed");
}
rmSync(folder, { recursive: true });
process.exit(exitCode ?? 1);
