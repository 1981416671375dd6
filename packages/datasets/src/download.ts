/** Downloads that resume after an interruption. */
import { createWriteStream, existsSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { sha256, withLock } from "@gumbel/workspace";

/** A download fails if no byte arrives for so long. */
const silenceSeconds = 60;
const reportSeconds = 2;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * Downloads `url` to `target`, which appears when it is complete. An interrupted download leaves a `.part` file, from which
 * the next one resumes if the server can do that, else it starts again. If another process downloads the same file, waits
 * for it.
 *
 * @throws Error if the server is not reached, answers with an error, or stops sending; the `.part` file stays.
 */
export async function download(url: string, target: string, log: (line: string) => void): Promise<void> {
  const fetchOnce = async (): Promise<void> => {
    if (existsSync(target)) return;
    // Mirrors compress differently: a part from one is never resumed from another.
    const part = `${target}.${sha256(url).slice(0, 8)}.part`;
    if (!(await fetchInto(part, url, log))) await fetchInto(part, url, log);
    await rename(part, target);
  };
  await withLock(`${target}.lock`, fetchOnce, {
    onWait: (holder) => log(`${holder} is downloading ${target}: waiting for it`),
  });
}

/**
 * Sends one request. Appends to `part`, or replaces it if the server sends everything.
 *
 * @returns false if the server cannot resume `part`, which is then removed.
 */
async function fetchInto(part: string, url: string, log: (line: string) => void): Promise<boolean> {
  const have = (await stat(part).catch(() => undefined))?.size ?? 0;
  const abort = new AbortController();
  const giveUp = (): void => abort.abort(new Error(`no byte arrived for ${silenceSeconds} seconds`));
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
    // Some servers declare a .gz file as compressed transport, and fetch decompresses it. Then it is compressed again.
    const decompressed = /gzip/.test(response.headers.get("content-encoding") ?? "");
    const length = decompressed ? 0 : Number(response.headers.get("content-length") ?? 0);
    const total = length > 0 ? start + length : undefined;
    if (start > 0) log(`${url}: resuming after ${megabytes(start)}`);

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
    if (decompressed && url.endsWith(".gz")) {
      // Its bytes differ from the server's, so it cannot be resumed.
      await pipeline(body, progress, createGzip(), file).catch(async (error: unknown) => {
        await rm(part, { force: true });
        throw error;
      });
    } else {
      await pipeline(body, progress, file);
    }
    if (total !== undefined && done !== total)
      throw new Error(`${done} of ${total} bytes arrived; run again to resume`);
    log(`${url}: ${megabytes(done)}, complete`);
    return true;
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(silence);
  }
}
