import { existsSync } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of all files below a folder, or of a file; 0 for a link, or if nothing is there. */
export async function sizeOf(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const own = await lstat(path);
  if (!own.isDirectory()) return own.isFile() ? own.size : 0;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
