import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of all files below a folder, or of a file; 0 for a link, and for what is not there, or no longer: a running stage replaces its files. */
export async function sizeOf(path: string): Promise<number> {
  const own = await lstat(path).catch(isGone);
  if (!own?.isDirectory()) return own?.isFile() ? own.size : 0;
  const names = (await readdir(path).catch(isGone)) ?? [];
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function isGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
