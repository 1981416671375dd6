import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { type EngineName, engineNames, environment } from "@gumbel/config";
import { type NativeStatus, probeNative, provisionNative } from "@gumbel/engine/provision";
import { cacheFolder, toJson } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import type { z } from "zod";
import type { ForPrograms } from "./forPrograms.js";
import type { doctorSchema } from "./shapes.js";
import { sizeOf } from "./sizeOf.js";

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** Prints which engines run on this machine, and why the others do not; the exit code is 1 if none does. */
export async function doctor(options: ForPrograms & { fix?: boolean; cuda?: boolean }): Promise<void> {
  const say = options.json ? console.error : console.log;
  const line = (name: string, value: string): void => say(`${name.padEnd(10)}${value}`);
  const cuda = options.cuda || environment().engine === "cuda";
  if (options.fix) {
    const { failures } = await provisionNative((text) => line("", text), cuda ? "cuda" : "native", {
      repair: true,
    });
    for (const { source, reason, hint } of failures) line("", `${source}: ${reason}; to do: ${hint}`);
  }

  const { starts, text } = await startedBy(process.env);
  if (!starts) process.exitCode = 1;
  const found: z.output<typeof doctorSchema> = {
    engine: starts ? text : null,
    engines: {},
    cores: availableParallelism(),
    memory: { bytes: totalmem(), free: freemem() },
    node: process.version,
    pnpm: (await run`pnpm --version`).stdout.trim() || null,
    data: await describeData(),
    cache: { folder: cacheFolder(), bytes: await sizeOf(cacheFolder()) },
  };
  for (const name of engineNames) found.engines[name] = await stateOf(name);
  if (options.json) return void process.stdout.write(toJson(found));
  line("engine", text);
  for (const [name, state] of Object.entries(found.engines)) line("", `${name.padEnd(8)}${state}`);
  line("cores", String(found.cores));
  line("memory", `${gigabytes(found.memory.bytes)}, ${gigabytes(found.memory.free)} free`);
  line("node", found.node);
  line("pnpm", found.pnpm ?? "not on the PATH");
  line("data", found.data);
  line("cache", `${found.cache.folder}, ${gigabytes(found.cache.bytes)}`);
}

/** Name of the engine that starts in a process of its own, so that its libraries are not loaded here; or the error. */
async function startedBy(env: NodeJS.ProcessEnv): Promise<{ starts: boolean; text: string }> {
  const script = `
    const { startEngine } = await import(process.argv[1]);
    const { name, tensorflow, tfjs } = await startEngine().catch(({ message }) => {
      console.log(message);
      process.exit(1);
    });
    console.log(name + (tensorflow ? ", TensorFlow " + tensorflow : "") + ", TensorFlow.js " + tfjs);
  `;
  const engine = import.meta.resolve("@gumbel/engine");
  const { ok, stdout, stderr } = await run({
    env,
  })`${process.execPath} --input-type=module -e ${script} ${engine}`;
  return { starts: ok, text: stdout.trim() || stderr.trim() };
}

/** State of an engine: it runs, or how to make it run. */
async function stateOf(name: EngineName): Promise<string> {
  if (name === "wasm" || name === "cpu")
    return (await startedBy({ ...process.env, GUMBEL_ENGINE: name })).text;
  const { state, tensorflow, reason, noGpu }: NativeStatus = await probeNative(name);
  if (noGpu) return `built, but ${noGpu.message}; to do: ${noGpu.hint}`;
  if (state === "ready") return `ready, TensorFlow ${tensorflow}`;
  return `${state}: ${reason}; to do: pnpm gumbel doctor ${name === "cuda" ? "--cuda " : ""}--fix`;
}

async function describeData(): Promise<string> {
  const { data: folder } = environment();
  if (!folder) return `GUMBEL_DATA is not set; downloads go to ${join(cacheFolder(), "datasets")}`;
  if (!existsSync(folder)) return `GUMBEL_DATA=${folder}, which does not exist`;
  const found = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  return `GUMBEL_DATA=${folder}: ${found.join(", ") || "nothing there"}`;
}
