import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@gumbel/config";

/**
 * Holds `path` as a lock with this process' id while `work` runs. Turbo has no locks of its own, and a trainer
 * whose turbo was killed lives on: two writers of one folder must be told apart.
 *
 * A lock whose process is gone is taken over.
 *
 * @throws UserError where a living process holds it.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  await acquire(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder > 0 && holder !== process.pid && isAlive(holder)) {
      throw new UserError({
        what: `process ${holder} is already working on this stage`,
        where: path,
        hint: `wait for it, or stop it: kill ${holder}`,
      });
    }
    // An empty lock is one that is being written just now; one that stays empty was left so by a power cut.
    if (holder === 0 && attempt === 0) await sleep(200);
    else await rm(path, { force: true });
  }
  throw new UserError({
    what: "the lock changes hands too fast",
    where: path,
    hint: "run one turbo at a time",
  });
}

/** Whether a living process holds the lock. */
export async function isHeld(path: string): Promise<boolean> {
  const holder = Number(await readFile(path, "utf8").catch(() => ""));
  return holder > 0 && isAlive(holder);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
