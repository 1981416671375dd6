import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { type EngineName, engineNames, environment } from "@gumbel/config";
import { type NativeStatus, probeNative, provisionNative } from "@gumbel/engine/provision";
import { cacheFolder } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** Prints which engines run on this machine, and why the others do not. */
export async function doctor(options: { fix?: boolean; cuda?: boolean }): Promise<void> {
  const line = (name: string, value: string): void => console.log(`${name.padEnd(10)}${value}`);
  const cuda = options.cuda || environment().engine === "cuda";
  if (options.fix) {
    const { failures } = await provisionNative((text) => line("", text), cuda ? "cuda" : "native", {
      repair: true,
    });
    for (const { source, reason, hint } of failures) line("", `${source}: ${reason}; to do: ${hint}`);
  }

  line("engine", await startedBy(process.env));
  for (const name of engineNames) line("", `${name.padEnd(8)}${await stateOf(name)}`);
  line("cores", String(availableParallelism()));
  line("memory", `${gigabytes(totalmem())}, ${gigabytes(freemem())} free`);
  line("node", process.version);
  line("pnpm", (await run`pnpm --version`).stdout.trim() || "not on the PATH");
  line("data", await describeData());
  line("cache", `${cacheFolder()}, ${gigabytes(await sizeOf(cacheFolder()))}`);
}

/** Name of the engine that starts in a process of its own, so that its libraries are not loaded here; or the error. */
async function startedBy(env: NodeJS.ProcessEnv): Promise<string> {
  const script = `
    const { startEngine } = await import(process.argv[1]);
    const { name, tensorflow, tfjs } = await startEngine().catch(({ message }) => {
      console.log(message);
      process.exit(1);
    });
    console.log(name + (tensorflow ? ", TensorFlow " + tensorflow : "") + ", TensorFlow.js " + tfjs);
  `;
  const engine = import.meta.resolve("@gumbel/engine");
  const { stdout, stderr } = await run({
    env,
  })`${process.execPath} --input-type=module -e ${script} ${engine}`;
  return stdout.trim() || stderr.trim();
}

/** State of an engine: it runs, or how to make it run. */
async function stateOf(name: EngineName): Promise<string> {
  if (name === "wasm" || name === "cpu") return startedBy({ ...process.env, GUMBEL_ENGINE: name });
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

async function sizeOf(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
