/**
 * `pnpm test:quick [BASE]`: builds the packages that have changed since BASE (default: the branch `main`), and runs their
 * tests. The system tests (test/) and the static checks are left to `npm test`.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { $ } from "zx";

const root = resolve(import.meta.dirname, "../..");
const git = $({ cwd: root, nothrow: true, quiet: true, stdio: ["ignore", "pipe", "pipe"] });
const show = $({ cwd: root, nothrow: true, stdio: ["ignore", "inherit", "inherit"] });

const [base = "main"] = process.argv.slice(2);
const { ok, stdout } = await git`git merge-base ${base} HEAD`;
if (!ok) {
  console.error(`error: git has no "${base}" to compare with; name another base: pnpm test:quick HEAD~1`);
  process.exit(1);
}
const changed = [
  ...(await git`git diff --name-only ${stdout.trim()}`).lines(),
  ...(await git`git ls-files --others --exclude-standard`).lines(),
];
const packages = [...new Set(changed.map((file) => /^packages\/([^/]+)\//.exec(file)?.[1]))].filter(
  (name) => name && existsSync(join(root, "packages", name, "package.json")),
);
if (packages.length === 0) {
  console.log(`no package has changed since ${base}`);
  process.exit(0);
}
console.log(`changed since ${base}: ${packages.join(", ")}`);
const filters = packages.map((name) => `--filter=./packages/${name}`);
const built = await show`pnpm turbo run build ${filters} --concurrency=100% --output-logs=errors-only`;
if (!built.ok) process.exit(1);
const folders = packages.map((name) => `packages/${name}/`);
const tested = await show`pnpm exec vitest run --passWithNoTests --maxWorkers=100% ${folders}`;
process.exit(tested.ok ? 0 : 1);
