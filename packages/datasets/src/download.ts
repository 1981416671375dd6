/** Downloads that resume after an interruption, and are what they should be before anything reads them. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { sha256, withLock } from "@gumbel/workspace";
import { firstBytes } from "./files/encoding.js";

/** A download fails if no byte arrives for so long. */
const silenceSeconds = 60;
const reportSeconds = 2;
/** A size that no file reaches. */
export const mostBytes = 500e6;

/** What is known of a file before it is downloaded. */
export interface Known {
  /** Its size; null if no publisher says it. */
  bytes: number | null;
  /** A size that it does not reach, if its own is not known. */
  most: number;
  /** Its MD5 in hexadecimal, as publishers of data give it; null if none does. */
  md5: string | null;
}

/** First bytes of the formats that are downloaded, by the end of the file's name. */
const marks: readonly [end: string, mark: string][] = [
  [".gz", "1f8b"],
  [".bz2", "425a68"],
  [".mat", Buffer.from("MATLAB 5.0").toString("hex")],
];

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * Downloads `url` to `target`, which appears when it is complete and is what is known of it: a page of HTML in its place, as a
 * network sends that asks for a login, is removed. An interrupted download leaves a `.part` file, from which
 * the next one resumes if the server can do that, else it starts again. If another process downloads the same file, waits
 * for it.
 *
 * @throws Error if the server is not reached, answers with an error, or stops sending: the `.part` file stays; or if it sends
 *   something else.
 */
export async function download(
  url: string,
  target: string,
  known: Known,
  log: (line: string) => void,
): Promise<void> {
  refuseOpen(url);
  const fetchOnce = async (): Promise<void> => {
    if (existsSync(target)) return;
    // Mirrors compress differently: a part from one is never resumed from another.
    const part = `${target}.${sha256(url).slice(0, 8)}.part`;
    const most = known.bytes ?? known.most;
    const sent = (await fetchInto(part, url, most, log)) ?? (await fetchInto(part, url, most, log));
    const fault =
      sent && (await faultOf(part, target, sent.isAsStored ? known : { ...known, bytes: null, md5: null }));
    if (fault) {
      await rm(part, { force: true });
      throw new Error(fault);
    }
    await rename(part, target);
  };
  await withLock(`${target}.lock`, fetchOnce, {
    onWait: (holder) => log(`${holder} is downloading ${target}: waiting for it`),
  });
}

/** @throws Error if others on the way could change what comes, unless it comes from this machine. */
function refuseOpen(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !["127.0.0.1", "localhost", "[::1]"].includes(hostname))
    throw new Error(`${protocol}//${hostname} is not https`);
}

class TooMuch extends Error {
  constructor(done: number, most: number) {
    super(`the server sends more than ${done - 1} bytes in place of ${most}`);
  }
}

/** Why a file is not the one that was wanted; undefined if it is. */
async function faultOf(part: string, target: string, { bytes, md5 }: Known): Promise<string | undefined> {
  const { size } = await stat(part);
  if (bytes !== null && size !== bytes) return `the server sent ${size} bytes in place of ${bytes}`;
  const mark = marks.find(([end]) => target.endsWith(end))?.[1] ?? "";
  const start = (await firstBytes(part, mark.length / 2)).toString("hex");
  if (start !== mark) return `the server sent something else than a ${target.split(".").at(-1)} file`;
  if (md5 === null) return undefined;
  const found = await md5File(part);
  return found === md5 ? undefined : `the server sent a file of MD5 ${found} in place of ${md5}`;
}

/** MD5 of a file, streamed, in hexadecimal: good against accidents, and all that is published of some files. */
export async function md5File(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/**
 * Sends one request. Appends to `part`, or replaces it if the server sends everything.
 *
 * @returns whether the bytes are those that the server has; undefined if it cannot resume `part`, which is then removed.
 */
async function fetchInto(
  part: string,
  url: string,
  most: number,
  log: (line: string) => void,
): Promise<{ isAsStored: boolean } | undefined> {
  const have = (await stat(part).catch(() => undefined))?.size ?? 0;
  const abort = new AbortController();
  const giveUp = (): void => abort.abort(new Error(`no byte arrived for ${silenceSeconds} seconds`));
  let silence = setTimeout(giveUp, silenceSeconds * 1000);
  try {
    const headers = { "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) };
    const response = await fetch(url, { headers, signal: abort.signal });
    if (response.status === 416) {
      await rm(part, { force: true });
      return undefined;
    }
    refuseOpen(response.url || url);
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const start = response.status === 206 ? have : 0;
    // Some servers declare a .gz file as compressed transport, and fetch decompresses it. Then it is compressed again.
    const decompressed = /gzip/.test(response.headers.get("content-encoding") ?? "");
    const length = decompressed ? 0 : Number(response.headers.get("content-length") ?? 0);
    const total = length > 0 ? start + length : undefined;
    if (total !== undefined && total > most) {
      await rm(part, { force: true });
      throw new Error(`the server announces ${total} bytes in place of ${most}`);
    }
    if (start > 0) log(`${url}: resuming after ${megabytes(start)}`);

    let done = start;
    let reported = performance.now();
    const progress = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        done += chunk.length;
        // What is decompressed in transport is larger than the file.
        if (done > (decompressed ? mostBytes : most)) return next(new TooMuch(done, most));
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
    return { isAsStored: !decompressed };
  } catch (error) {
    if (error instanceof TooMuch) await rm(part, { force: true });
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(silence);
  }
}
