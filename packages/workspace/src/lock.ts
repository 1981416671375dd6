/**
 * Locks between processes, each a file that names its holder. Turbo has no locks, and training continues if its turbo is
 * killed, so two processes might write to one folder.
 *
 * A lock is created atomically (`link` either gives a finished file its name or fails), so nobody reads half of one. The lock
 * of a process that has ended is removed under a second lock, named after the first one's contents. No other process can then
 * remove it between the check of its holder and its removal, so no newer lock is removed by mistake.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@gumbel/config";
import { z } from "zod";
import { sha256 } from "./files.js";

/** A process. Its number is not enough, since the system uses numbers again. */
const holderSchema = z.strictObject({
  pid: z.int().min(1),
  /** The start of the process, as the system reports it; null if it does not. */
  started: z.string().nullable(),
  /** Id of the boot that `started` counts from; null except on Linux, since `started` is a date on other systems. */
  boot: z.string().nullable(),
  host: z.string(),
});
type Holder = z.output<typeof holderSchema>;

const waitMilliseconds = 100;
/** Removing an abandoned lock takes a few file operations. */
const removalMilliseconds = 10;

/**
 * Holds the lock `path` while `work` runs. The lock of a process that has ended is taken over.
 *
 * @param options.onWait if given, waits for the lock; called once, with the holder in words, if another process holds it
 * @throws UserError if a running process holds it and `onWait` is not given.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: { onWait?: (holder: string) => void } = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let waited = false;
  await acquire(path, async (holder) => {
    if (!options.onWait) throw heldBy(holder, path);
    if (!waited) options.onWait(inWords(holder));
    waited = true;
    await sleep(waitMilliseconds);
  });
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** True if a running process holds the lock. */
export async function isHeld(path: string): Promise<boolean> {
  const content = await textOf(path);
  const holder = content === undefined ? undefined : parseHolder(content);
  return holder !== undefined && (await isRunning(holder));
}

/** @param whenHeld called each time that a running process holds the lock; afterwards the lock is tried again */
async function acquire(path: string, whenHeld: (holder: Holder) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFlushed(draft, JSON.stringify(await self()));
  try {
    while (!(await linked(draft, path))) {
      const content = await textOf(path);
      if (content === undefined) continue;
      const holder = parseHolder(content);
      if (holder && (await isRunning(holder))) await whenHeld(holder);
      else await removeAbandoned(path, content);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes a lock whose holder has ended, unless another process has done so since it was read. */
async function removeAbandoned(path: string, content: string): Promise<void> {
  const guard = `${path}.${sha256(content).slice(0, 16)}`;
  await acquire(guard, () => sleep(removalMilliseconds));
  try {
    if ((await textOf(path)) === content) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** Gives `draft` the second name `path`; false if that is taken. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Writes a file and flushes it to disk, so that a power cut leaves a whole lock or none. */
async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The holder that a lock's contents name; undefined if they are not in this format. */
function parseHolder(content: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

let own: Promise<Holder> | undefined;

function self(): Promise<Holder> {
  own ??= describe(process.pid);
  return own;
}

async function describe(pid: number): Promise<Holder> {
  const [started, boot] = await Promise.all([startOf(pid), bootOf()]);
  return { pid, started: started ?? null, boot: boot ?? null, host: hostname() };
}

/** True if the holder still runs: the same process, not a later one with its number. */
async function isRunning({ pid, started, boot, host }: Holder): Promise<boolean> {
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
  if (process.platform !== "linux") {
    // Imported here, since every stage takes a lock and should not load zx for it.
    const { run } = await import("./programs.js");
    const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
    const { stdout } = await run({ env })`ps -o lstart= -p ${pid}`;
    return stdout.trim() || undefined;
  }
  // The program's name is in parentheses and may contain any character. It is followed by the state, 18 fields and the start.
  const fields = (await textOf(`/proc/${pid}/stat`))?.replace(/^.*\)/s, "").trim().split(" ");
  if (!fields) return undefined;
  return fields[0] === "Z" ? "ended" : fields[19];
}

const bootOf = async (): Promise<string | undefined> =>
  process.platform === "linux" ? (await textOf("/proc/sys/kernel/random/boot_id"))?.trim() : undefined;

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // ESRCH: a process that ended while its file was read.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

const inWords = ({ pid, host }: Holder): string =>
  host === hostname() ? `process ${pid}` : `process ${pid} on the machine ${host}`;

function heldBy(holder: Holder, path: string): UserError {
  return new UserError({
    what: `${inWords(holder)} is already working on this`,
    where: path,
    expected: "one run at a time",
    hint:
      holder.host === hostname()
        ? "wait until it has ended, or end it with Ctrl-C in the terminal that started it"
        : "wait until it has ended; if no process of Gumbel runs on that machine any more, remove this lock file",
  });
}
