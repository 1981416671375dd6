/** Whether the native addon works, asked of a child process: a broken one may bring its process down. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { addonPath, tfjsNodeFolder } from "./places.js";

export interface NativeStatus {
  state: "ready" | "missing" | "broken";
  /** libtensorflow's version where ready. */
  tensorflow?: string;
  /** Where ready: whether a training step runs as one function (an addon that others built cannot). */
  functions?: boolean;
  /** Why it is not ready. */
  reason?: string;
}

// A product small enough to cost nothing and large enough to need every library there is.
const question = `
  const { loadNative } = await import(process.argv[1]);
  const tf = loadNative();
  const sum = tf.sum(tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]))).dataSync()[0];
  const { TF_Version, defineFunction } = tf.backend().binding;
  console.log("gumbel:" + sum + ":" + TF_Version + ":" + typeof defineFunction);
`;

/** Loads the addon in a child process and multiplies two matrices with it. */
export function probeNative(): NativeStatus {
  if (!existsSync(join(tfjsNodeFolder(), addonPath)))
    return { state: "missing", reason: "it was not built yet" };
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", question, new URL("../load.js", import.meta.url).href],
    { encoding: "utf8", timeout: 60_000, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" } },
  );
  const answer = /gumbel:512:([^:\s]+):(\w+)/.exec(stdout);
  if (answer) return { state: "ready", tensorflow: answer[1]!, functions: answer[2] === "function" };
  return { state: "broken", reason: signal ? `loading it ended with ${signal}` : lastLine(stderr) };
}

/** The line of an error output that says what happened. */
export function lastLine(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return (
    lines.findLast((line) => /error|cannot|not found|failed/i.test(line)) ?? lines.at(-1) ?? "no message"
  );
}
