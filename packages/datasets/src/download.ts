import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

/** Without a byte for so long, a download has failed. */
const silenceSeconds = 60;
const reportSeconds = 2;

/**
 * Fetches `url` into `target`, which appears when all of it is there. What an interrupted download left (`target.part`)
 * is continued where the server can do that, else begun anew.
 *
 * @throws Error where the server is not reached, refuses, or falls silent.
 */
export async function download(url: string, target: string, log: (line: string) => void): Promise<void> {
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  const have = (await stat(part).catch(() => undefined))?.size ?? 0;
  const abort = new AbortController();
  let silence = setTimeout(() => abort.abort(), silenceSeconds * 1000);
  try {
    const response = await fetch(url, { headers: have > 0 ? { Range: `bytes=${have}-` } : {}, signal: abort.signal });
    if (response.status === 416) {
      // Nothing is left to send of what is on disk, or the file has changed: begin anew.
      await rm(part, { force: true });
      throw new Error("the server has another file than the one begun; run again");
    }
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const resumed = response.status === 206;
    const length = Number(response.headers.get("content-length") ?? 0);
    const total = length > 0 ? length + (resumed ? have : 0) : 0;
    let done = resumed ? have : 0;
    let reported = 0;
    const progress = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        done += chunk.length;
        clearTimeout(silence);
        silence = setTimeout(() => abort.abort(), silenceSeconds * 1000);
        if (performance.now() - reported > reportSeconds * 1000) {
          reported = performance.now();
          log(`${url}: ${(done / 1e6).toFixed(1)} MB${total > 0 ? ` of ${(total / 1e6).toFixed(1)} MB` : ""}`);
        }
        next(null, chunk);
      },
    });
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      progress,
      createWriteStream(part, { flags: resumed ? "a" : "w" }),
    );
    if (total > 0 && done !== total) throw new Error(`${done} bytes came of ${total}; run again to continue`);
    await rename(part, target);
  } finally {
    clearTimeout(silence);
  }
}
