import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { join } from "node:path";
import {
  cacheFolder,
  type NativeStatus,
  type Provisioned,
  probeNative,
  provisionNative,
  startEngine,
} from "@gumbel/engine";

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** Prints what runs on this machine, and why nothing better does. */
export async function doctor(options: { fix?: boolean }): Promise<void> {
  const line = (name: string, value: string): void => console.log(`${name.padEnd(10)}${value}`);
  const native = options.fix ? await provisionNative((text) => line("", text)) : probeNative();
  const engine = await startEngine();

  line(
    "engine",
    `${engine.name}${engine.tensorflow ? `, TensorFlow ${engine.tensorflow}` : ""}, TensorFlow.js ${engine.tfjs}`,
  );
  if (native.state !== "ready") {
    line("", `native is ${native.state}: ${native.reason ?? "unknown"}`);
    for (const { way, reason, cure } of closedWays(native)) line("", `${way}: ${reason}; cure: ${cure}`);
    if (!options.fix) line("", "cure: pnpm gumbel doctor --fix");
  }
  line("cores", String(availableParallelism()));
  line("memory", `${gigabytes(totalmem())}, ${gigabytes(freemem())} free`);
  line("node", process.version);
  line("pnpm", spawnSync("pnpm", ["--version"], { encoding: "utf8" }).stdout?.trim() || "not on the PATH");
  line("data", await describeData());
  line("cache", `${cacheFolder()}, ${gigabytes(await sizeOf(cacheFolder()))}`);
}

/** What provisioning tried in vain; nothing where it was not asked for. */
const closedWays = (native: NativeStatus | Provisioned): Provisioned["closed"] =>
  "closed" in native ? native.closed : [];

async function describeData(): Promise<string> {
  const folder = process.env.GUMBEL_DATA;
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
