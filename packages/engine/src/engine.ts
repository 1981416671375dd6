/** Starts TensorFlow.js: native if possible, else wasm, else plain JavaScript; on a GPU only if the user names it. */

import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { type EngineName, environment, UserError } from "@gumbel/config";
import * as tf from "@tensorflow/tfjs-core";
import type { Binding, NodeBackend } from "./core/native.js";
import { inOrder } from "./graph/calls.js";
import { ProvisionError } from "./provision/error.js";
import { loadNative } from "./provision/load.js";
import type { Build } from "./provision/paths.js";
import { registerWasmKernels } from "./wasm/kernels.js";

/** Best first. cuda must be named: it has not been tried on a GPU yet. */
const automatic = ["native", "wasm", "cpu"] as const;
/** The running engine. */
export interface Engine {
  name: EngineName;
  /** libtensorflow's version; null if it does not run. */
  tensorflow: string | null;
  /** TensorFlow.js' version. */
  tfjs: string;
  /** Threads of a single operation. */
  threads: number;
}

let running: Promise<Engine> | undefined;

/**
 * Starts the engine of a plan; without one, that which GUMBEL_ENGINE names, else the best available. Later calls return the
 * engine of the first one.
 *
 * @param options.name engine of the plan
 * @param options.threads threads of an operation; all cores by default
 * @throws UserError if that engine does not run here, or GUMBEL_ENGINE names one that does not exist.
 */
export function startEngine(options: { name?: EngineName; threads?: number } = {}): Promise<Engine> {
  running ??= start(options.name, options.threads ?? availableParallelism());
  return running;
}

async function start(planned: EngineName | undefined, threads: number): Promise<Engine> {
  const named = environment().engine;
  const forced = planned ?? named;
  const fallbacks: string[] = [];
  for (const name of forced ? [forced] : automatic) {
    try {
      const tensorflow = await starters[name](threads);
      for (const line of fallbacks) console.error(line);
      return { name, tensorflow, tfjs: tf.version_core, threads: tensorflow ? threads : 1 };
    } catch (error) {
      const reason = (error as Error).message.split("\n")[0]!;
      if (forced)
        throw new UserError({
          what: `the ${name} engine does not run here: ${reason}`,
          where: named ? "GUMBEL_ENGINE" : "the plan, made when it did",
          hint: `${error instanceof ProvisionError ? error.hint : hints[name]}${named ? "" : "; or choose another by name: GUMBEL_ENGINE=wasm"}`,
        });
      fallbacks.push(`engine: ${name} does not run: ${reason} (to do: ${hints[name]})`);
    }
  }
  throw new Error(fallbacks.join("\n"));
}

/** What to do if an engine does not run. */
export const hints: Record<EngineName, string> = {
  native: "pnpm gumbel doctor --fix",
  cuda: "pnpm gumbel doctor --cuda --fix",
  wasm: "reinstall: pnpm install",
  cpu: "reinstall: pnpm install",
};

/** Start each engine and return libtensorflow's version, or null if it does not run. */
const starters: Record<EngineName, (threads: number) => Promise<string | null>> = {
  native: async (threads) => (await startTensorFlow("native", threads)).TF_Version,
  async cuda(threads) {
    // Without memory growth, the first of several seeds takes all memory of the GPU.
    process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
    process.env.TF_DETERMINISTIC_OPS ??= "1";
    process.env.TF_CUDNN_DETERMINISTIC ??= "1";
    const binding = await startTensorFlow("cuda", threads);
    if (!binding.isUsingGpuDevice()) {
      // Imported only here: training does not need it.
      const { probeNative } = await import("./provision/probe.js");
      throw (await probeNative("cuda")).noGpu ?? new Error("TensorFlow found no GPU");
    }
    return binding.TF_Version;
  },
  async wasm() {
    // The whole package registers the gradients; the core alone does not.
    await import("@tensorflow/tfjs");
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    const folder = dirname(
      createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"),
    );
    wasm.setWasmPaths(join(folder, "wasm-out/"));
    registerWasmKernels();
    if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly backend did not start");
    return null;
  },
  async cpu() {
    await import("@tensorflow/tfjs");
    if (!(await tf.setBackend("cpu"))) throw new Error("the plain JavaScript backend did not start");
    return null;
  },
};

async function startTensorFlow(build: Build, threads: number): Promise<Binding> {
  // The library reads these once, when it loads.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  // In a compiled step, independent kernels run in parallel.
  process.env.TF_NUM_INTEROP_THREADS = String(threads);
  process.env.OMP_NUM_THREADS = String(threads);
  // The library's own default depends on the processor: convolutions by oneDNN take two thirds of the time of its others.
  process.env.TF_ENABLE_ONEDNN_OPTS = "1";
  loadNative(build);
  await tf.setBackend("tensorflow");
  const backend = tf.backend() as unknown as NodeBackend;
  backend.binding = inOrder(backend.binding, threads);
  return backend.binding;
}
