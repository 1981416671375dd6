/**
 * Locks between processes, each a file that names its holder. Turbo has no locks, and training continues if its turbo is
 * killed, so two processes might write to one folder.
 *
 * A lock is created atomically (`link` either gives a finished file its name or fails), so nobody reads half of one. The lock
 * of a process that has ended is removed under a second lock, named after the first one's contents. No other process can then
 * remove it between the check of its holder and its removal, so no newer lock is removed by mistake.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "@gumbel/config";
import { sha256 } from "./files.js";
import { isRunning, type Process, processSchema, self, textOf, turboAbove } from "./processes.js";

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
  await acquire(path, await self(), async (holder) => {
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
export const isHeld = async (path: string): Promise<boolean> => (await holderOf(path)) !== undefined;

/** The running process that holds the lock; undefined if none does. */
async function holderOf(path: string): Promise<Process | undefined> {
  const content = await textOf(path);
  const holder = content === undefined ? undefined : parseHolder(content);
  return holder && (await isRunning(holder)) ? holder : undefined;
}

/**
 * Holds the lock `path` for the turbo that started this process, until that turbo ends: no task of another one then works
 * between the tasks of this one. Every task calls it, since a cached one does not run. Without a turbo it only checks that none
 * holds the lock.
 *
 * @throws UserError if another running turbo holds it.
 */
export async function holdForRun(path: string): Promise<void> {
  const turbo = await turboAbove(process.pid);
  if (!turbo) {
    const holder = await holderOf(path);
    if (holder) throw heldBy(holder, path);
    return;
  }
  if (isDeepStrictEqual(await holderOf(path), turbo)) return;
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, turbo, async (holder) => {
    throw heldBy(holder, path);
  });
}

/**
 * Writes the lock in the name of `owner`.
 *
 * @param whenHeld called each time that a running process holds the lock; afterwards the lock is tried again
 */
async function acquire(
  path: string,
  owner: Process,
  whenHeld: (holder: Process) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFlushed(draft, JSON.stringify(owner));
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
  await acquire(guard, await self(), () => sleep(removalMilliseconds));
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
function parseHolder(content: string): Process | undefined {
  try {
    return processSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

const inWords = ({ pid, host }: Process): string =>
  host === hostname() ? `process ${pid}` : `process ${pid} on the machine ${host}`;

function heldBy(holder: Process, path: string): UserError {
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
