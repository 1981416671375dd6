/** Tests a native addon in a child process, since a broken one may crash its process. */
import { existsSync } from "node:fs";
import { ranOutOfTime, run } from "@gumbel/workspace/programs";
import type { ProvisionError } from "./error.js";
import { gpuProblem } from "./gpu.js";
import { type Build, linkedAddon } from "./paths.js";

/** Result of a test of the native addon. */
export interface NativeStatus {
  state: "ready" | "missing" | "broken";
  /** libtensorflow's version if ready. */
  tensorflow?: string;
  /** If ready: true if a training step can run as one function (not with the official addon). */
  functions?: boolean;
  /** The reason why it is not ready. */
  reason?: string;
  /** If the build for GPUs is ready: the reason why it found no GPU. */
  noGpu?: ProvisionError;
}

// A product small enough to cost nothing and large enough to need every library.
const script = `
  const { loadNative } = await import(process.argv[1]);
  const tf = loadNative(process.argv[2]);
  const { binding } = tf.backend();
  const sum = tf.sum(tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]))).dataSync()[0];
  const { TF_Version, callFunction } = binding;
  console.log("gumbel:" + sum + ":" + TF_Version + ":" + typeof callFunction + ":" + binding.isUsingGpuDevice());
`;

/** Loads the addon in a child process and multiplies two matrices with it. */
export async function probeNative(build: Build = "native"): Promise<NativeStatus> {
  if (!existsSync(linkedAddon(build))) return { state: "missing", reason: "it is not built yet" };
  // libtensorflow logs the lack of a GPU at its lowest level.
  const log =
    build === "cuda"
      ? { TF_CPP_MIN_LOG_LEVEL: "0", TF_CPP_MAX_VLOG_LEVEL: "1" }
      : { TF_CPP_MIN_LOG_LEVEL: "3" };
  const load = new URL("./load.js", import.meta.url).href;
  const output = await run({
    env: { ...process.env, ...log },
    timeout: "5m",
  })`${process.execPath} --input-type=module -e ${script} ${load} ${build}`;
  const { stdout, stderr, signal } = output;
  const answer = /gumbel:512:([^:\s]+):(\w+):(true|false)/.exec(stdout);
  // A slow addon is not broken: the installed files stay.
  if (ranOutOfTime(output)) return { state: "missing", reason: "it did not load within five minutes" };
  if (!answer)
    return { state: "broken", reason: signal ? `loading it ended with ${signal}` : lastLine(stderr) };
  const [, tensorflow, functions, gpu] = answer;
  return {
    state: "ready",
    tensorflow: tensorflow!,
    functions: functions === "function",
    ...(build === "cuda" && gpu === "false" && { noGpu: gpuProblem(stderr) }),
  };
}

/** The line of an error output that names the error, else the last one. */
export function lastLine(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return (
    lines.findLast((line) => /error|cannot|not found|failed/i.test(line)) ?? lines.at(-1) ?? "no message"
  );
}
