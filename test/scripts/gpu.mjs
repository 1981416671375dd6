/**
 * `pnpm gpu`: on a machine with an NVIDIA driver, gets the engine for its GPU and a PyTorch, runs the engine's tests on it, and measures the
 * steps of gumbel-vae, dense and convolutional, on the GPU and on the processor, each beside PyTorch on the same. Meant for
 * 12 minutes; the tables are printed and kept in artifacts/bench.
 */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, root } from "@gumbel/cli/bootstrap";
import { $, which } from "zx";

const began = Date.now();
const show = $({ cwd: root, stdio: ["ignore", "inherit", "inherit"] });
const minutes = () => ((Date.now() - began) / 60_000).toFixed(1);
if (!which.sync("nvidia-smi", { nothrow: true })) {
  console.error(
    "error: nvidia-smi is missing, and so is NVIDIA's driver\n  to do:    run it on a machine with one of its GPUs",
  );
  process.exit(1);
}

const environment = join(cacheFolder(), "gpu-python");
const python = join(environment, "bin", "python");
/** PyTorch's own wheels hold its CUDA libraries. */
async function installPeer() {
  const installed = await $({ nothrow: true, quiet: true })`${python} -c ${"import torch, sklearn"}`;
  if (installed.ok) return;
  await show`python3 -m venv ${environment}`;
  await show`${python} -m pip install --quiet torch numpy scikit-learn`;
}
await show`nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader`;
await Promise.all([show`pnpm gumbel doctor --cuda --fix`, installPeer()]);
console.log(`installed after ${minutes()} min`);

await show({ env: { ...process.env, GUMBEL_ENGINE: "cuda" } })`pnpm exec vitest run packages/engine`;
console.log(`tests after ${minutes()} min`);

// An epoch of MNIST is 547 steps of 128 digits.
const benchmarks = ["step/gumbel-vae", "step/gumbel-vae-conv"];
for (const [engine, device] of [
  ["cuda", "cuda"],
  ["native", "cpu"],
]) {
  console.log(`\n${engine}:`);
  await show({
    env: { ...process.env, GUMBEL_ENGINE: engine, GUMBEL_PYTHON: python, GUMBEL_PEER_DEVICE: device },
  })`pnpm bench ${benchmarks}`;
  renameSync(join(root, "artifacts/bench/bench.md"), join(root, `artifacts/bench/${engine}.md`));
}
console.log(`all after ${minutes()} min: artifacts/bench/cuda.md, artifacts/bench/native.md`);
