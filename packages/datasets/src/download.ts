/** Downloads that survive a cut: what came is kept, and the same call goes on from there. */
import { createWriteStream, existsSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { sha256, withLock } from "@gumbel/workspace";

/** Without a byte for so long, a download has failed. */
const silenceSeconds = 60;
const reportSeconds = 2;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * Fetches `url` into `target`, which appears when all of it is there. What an interrupted download left (a `.part` file
 * beside it) is continued where the server can do that, else begun anew. Where another process is fetching the same file,
 * waits for it.
 *
 * @throws Error where the server is not reached, refuses, or falls silent; the `.part` file stays.
 */
export async function download(url: string, target: string, log: (line: string) => void): Promise<void> {
  const fetchOnce = async (): Promise<void> => {
    if (existsSync(target)) return;
    // Mirrors compress differently: what came from one is never continued from another.
    const part = `${target}.${sha256(url).slice(0, 8)}.part`;
    if (!(await fetchInto(part, url, log))) await fetchInto(part, url, log);
    await rename(part, target);
  };
  await withLock(`${target}.lock`, fetchOnce, {
    onWait: (holder) => log(`${holder} is downloading ${target}: waiting for it`),
  });
}

/**
 * One request. Appends to `part`, or replaces it where the server sends everything.
 *
 * @returns false where the server has nothing to continue `part` with; it is removed then.
 */
async function fetchInto(part: string, url: string, log: (line: string) => void): Promise<boolean> {
  const have = (await stat(part).catch(() => undefined))?.size ?? 0;
  const abort = new AbortController();
  const giveUp = (): void => abort.abort(new Error(`no byte came for ${silenceSeconds} seconds`));
  let silence = setTimeout(giveUp, silenceSeconds * 1000);
  try {
    const headers = { "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) };
    const response = await fetch(url, { headers, signal: abort.signal });
    if (response.status === 416) {
      await rm(part, { force: true });
      return false;
    }
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const start = response.status === 206 ? have : 0;
    // Some servers declare a .gz file as compressed transport, and fetch unpacks it: what comes is packed again.
    const unpacked = /gzip/.test(response.headers.get("content-encoding") ?? "");
    const length = unpacked ? 0 : Number(response.headers.get("content-length") ?? 0);
    const total = length > 0 ? start + length : undefined;
    if (start > 0) log(`${url}: going on after ${megabytes(start)}`);

    let done = start;
    let reported = performance.now();
    const progress = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        done += chunk.length;
        clearTimeout(silence);
        silence = setTimeout(giveUp, silenceSeconds * 1000);
        if (performance.now() - reported > reportSeconds * 1000) {
          reported = performance.now();
          log(`${url}: ${megabytes(done)}${total ? ` of ${megabytes(total)}` : ""}`);
        }
        next(null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body as ReadableStream);
    const file = createWriteStream(part, { flags: start > 0 ? "a" : "w" });
    if (unpacked && url.endsWith(".gz")) {
      // Its bytes are not the server's, so that nothing could continue them.
      await pipeline(body, progress, createGzip(), file).catch(async (error: unknown) => {
        await rm(part, { force: true });
        throw error;
      });
    } else {
      await pipeline(body, progress, file);
    }
    if (total !== undefined && done !== total)
      throw new Error(`${done} of ${total} bytes came; run again to go on`);
    log(`${url}: ${megabytes(done)}, whole`);
    return true;
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(silence);
  }
}
