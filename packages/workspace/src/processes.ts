/** Processes of this machine: whether one still runs, which turbo started it, and the memory that this one took. */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename } from "node:path";
import { z } from "zod";

/** A process. Its number is not enough, since the system uses numbers again. */
export const processSchema = z.strictObject({
  pid: z.int().min(1),
  /** The start of the process, as the system reports it; null if it does not. */
  started: z.string().nullable(),
  /** Id of the boot that `started` counts from; null except on Linux, since `started` is a date on other systems. */
  boot: z.string().nullable(),
  host: z.string(),
});
export type Process = z.output<typeof processSchema>;

let own: Promise<Process> | undefined;

/** This process. */
export function self(): Promise<Process> {
  own ??= describe(process.pid);
  return own;
}

async function describe(pid: number): Promise<Process> {
  const [started, boot] = await Promise.all([startOf(pid), bootOf()]);
  return { pid, started: started ?? null, boot: boot ?? null, host: hostname() };
}

/** True if the process still runs: the same one, not a later one with its number. */
export async function isRunning({ pid, started, boot, host }: Process): Promise<boolean> {
  // The processes of another machine are not visible.
  if (host !== hostname()) return true;
  if (boot !== ((await bootOf()) ?? null) || !exists(pid)) return false;
  const now = await startOf(pid);
  return now === undefined || started === null || now === started;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The start of a process; undefined if the system does not report it, "ended" for a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  if (process.platform !== "linux") return ps(pid, "lstart");
  const fields = (await statOf(pid))?.fields;
  return fields?.[0] === "Z" ? "ended" : fields?.[19];
}

/**
 * The turbo that started a process, directly or through the package manager and a shell; undefined if none did, and on Windows,
 * where no process is told its ancestors.
 */
export async function turboAbove(pid: number): Promise<Process | undefined> {
  for (let at: number | undefined = pid; at !== undefined && at > 1; ) {
    const found: Ancestor | undefined = await ancestorOf(at);
    if (found?.name === "turbo") return describe(at);
    at = found?.parent;
  }
  return undefined;
}

/** The most memory that this process has held, in bytes. */
export async function peakMemory(): Promise<number> {
  // Linux counts the memory of the process that started this one into the figure that Node gives.
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec((await textOf("/proc/self/status")) ?? "") ?? [];
  return 1024 * (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes));
}

interface Ancestor {
  /** Of its program. */
  name: string;
  parent: number;
}

async function ancestorOf(pid: number): Promise<Ancestor | undefined> {
  if (process.platform === "win32") return undefined;
  if (process.platform === "linux") {
    const stat = await statOf(pid);
    return stat && { name: stat.name, parent: Number(stat.fields[1]) };
  }
  const [, parent, program = ""] = /^(\d+)\s+(.*)$/.exec((await ps(pid, "ppid,comm")) ?? "") ?? [];
  return parent === undefined ? undefined : { name: basename(program), parent: Number(parent) };
}

/** A process in Linux' list: the name of its program, and the fields from its state on. */
async function statOf(pid: number): Promise<{ name: string; fields: string[] } | undefined> {
  // The name is in parentheses and may contain any character.
  const [, name, rest] = /\((.*)\)\s+(.*)/s.exec((await textOf(`/proc/${pid}/stat`)) ?? "") ?? [];
  return name === undefined ? undefined : { name, fields: rest!.trim().split(" ") };
}

async function ps(pid: number, columns: string): Promise<string | undefined> {
  // Imported here, since every stage takes a lock and should not load zx for it.
  const { run } = await import("./programs.js");
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const options = columns.split(",").flatMap((column) => ["-o", `${column}=`]);
  const { stdout } = await run({ env })`ps ${options} -p ${pid}`;
  return stdout.trim() || undefined;
}

const bootOf = async (): Promise<string | undefined> =>
  process.platform === "linux" ? (await textOf("/proc/sys/kernel/random/boot_id"))?.trim() : undefined;

/** The text of a file; undefined if it is not there. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // ESRCH: a process that ended while its file was read.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
