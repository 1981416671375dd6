/** Finding and downloading files, from a server in the test. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { loadDataset } from "../src/index.js";
import { locate } from "../src/locate.js";
import { noise, temporaryFolder } from "./support.js";

const content = Buffer.from(noise(200_000, 1));
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const requests: { url: string | undefined; range: string | undefined }[] = [];
const server = createServer((request, response) => {
  requests.push({ url: request.url, range: request.headers.range });
  answer(request, response);
});
let origin: string;
let cache: string;
let downloads: string;
const logged: string[] = [];
const log = (line: string): void => void logged.push(line);

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  cache = temporaryFolder();
  downloads = join(cache, "gumbel", "datasets", "set");
  vi.stubEnv("XDG_CACHE_HOME", cache);
  vi.stubEnv("GUMBEL_DATA", "");
  requests.length = 0;
  logged.length = 0;
  answer = send;
});
afterEach(() => vi.unstubAllEnvs());

/** Sends the content, or the requested rest of it. */
function send(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from >= content.length) return void response.writeHead(416).end();
  const rest = content.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length }).end(rest);
}

/** Sends half of the requested bytes, then breaks the connection. */
function sendHalf(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const rest = content.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { "content-length": rest.length });
  response.write(rest.subarray(0, rest.length / 2), () => setTimeout(() => response.destroy(), 50));
}

const find = (...paths: string[]): Promise<string> =>
  locate("set", [{ file: "a.bin", mirrors: paths.map((path) => origin + path) }], log);

test("a file in GUMBEL_DATA is used without a request", async () => {
  const own = temporaryFolder();
  mkdirSync(join(own, "set"));
  writeFileSync(join(own, "set", "a.bin"), "mine");
  vi.stubEnv("GUMBEL_DATA", own);
  expect(await find("/a.bin")).toBe(join(own, "set", "a.bin"));
  expect(requests).toEqual([]);
});

test("a missing file is downloaded once, and no other file is left beside it", async () => {
  const path = await find("/a.bin");
  expect(path).toBe(join(downloads, "a.bin"));
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(await find("/a.bin")).toBe(path);
  expect(requests).toEqual([{ url: "/a.bin", range: undefined }]);
  expect(readdirSync(downloads)).toEqual(["a.bin"]);
  expect(logged).toEqual([`${origin}/a.bin: 0.2 MB, complete`]);
});

test("another form of the file that is here is used before any download", async () => {
  mkdirSync(downloads, { recursive: true });
  writeFileSync(join(downloads, "b.bin"), "other form");
  const [first, second] = [
    { file: "a.bin", mirrors: [`${origin}/a.bin`] },
    { file: "b.bin", mirrors: [] },
  ];
  expect(await locate("set", [first, second], log)).toBe(join(downloads, "b.bin"));
  expect(requests).toEqual([]);
});

test("an interrupted download resumes at its last byte", async () => {
  answer = sendHalf;
  await expect(find("/a.bin")).rejects.toThrow("a.bin of the data set set is not here");
  expect(existsSync(join(downloads, "a.bin"))).toBe(false);
  answer = send;
  expect(readFileSync(await find("/a.bin")).equals(content)).toBe(true);
  const resumed = Number(/^bytes=(\d+)-$/.exec(requests.at(-1)!.range!)![1]);
  expect(resumed).toBeGreaterThan(0);
  expect(resumed).toBeLessThanOrEqual(content.length / 2);
  expect(readdirSync(downloads)).toEqual(["a.bin"]);
});

test("a server that cannot resume sends everything again", async () => {
  answer = sendHalf;
  await expect(find("/a.bin")).rejects.toThrow();
  answer = (_request, response) => void response.writeHead(200).end(content);
  expect(readFileSync(await find("/a.bin")).equals(content)).toBe(true);
});

test("a part that the server cannot resume is downloaded again", async () => {
  answer = sendHalf;
  await expect(find("/a.bin")).rejects.toThrow();
  const part = join(downloads, readdirSync(downloads).find((name) => name.endsWith(".part"))!);
  writeFileSync(part, Buffer.alloc(content.length + 1));
  answer = send;
  expect(readFileSync(await find("/a.bin")).equals(content)).toBe(true);
});

test("mirrors are tried in order, and a part from one is not resumed from another", async () => {
  answer = (request, response) => {
    if (request.url === "/gone") response.writeHead(404).end();
    else if (request.url === "/cut") sendHalf(request, response);
    else send(request, response);
  };
  expect(readFileSync(await find("/gone", "/cut", "/whole")).equals(content)).toBe(true);
  expect(requests).toEqual(["/gone", "/cut", "/whole"].map((url) => ({ url, range: undefined })));
  expect(logged[0]).toBe(`${origin}/gone: HTTP 404`);
});

test("a .gz file that is decompressed in transport is compressed again", async () => {
  answer = (_request, response) =>
    void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(content));
  const path = await locate("set", [{ file: "a.gz", mirrors: [`${origin}/a.gz`] }], log);
  expect(gunzipSync(readFileSync(path)).equals(content)).toBe(true);
});

test("two processes at once download a file once", async () => {
  answer = (request, response) => void setTimeout(() => send(request, response), 100);
  const paths = await Promise.all([find("/a.bin"), find("/a.bin")]);
  expect(new Set(paths).size).toBe(1);
  expect(requests).toHaveLength(1);
  expect(readFileSync(paths[0]!).equals(content)).toBe(true);
});

test("the lock of a dead process is taken over", async () => {
  mkdirSync(downloads, { recursive: true });
  writeFileSync(join(downloads, "a.bin.lock"), "999999999");
  expect(readFileSync(await find("/a.bin")).equals(content)).toBe(true);
});

test("without a network the error names the file, the addresses and the paths to put it at", async () => {
  vi.stubEnv("GUMBEL_DATA", "/nowhere");
  vi.stubGlobal("fetch", () => {
    throw new TypeError("fetch failed", {
      cause: Object.assign(new Error("no address"), { code: "ENOTFOUND" }),
    });
  });
  const mnist = await loadDataset("mnist");
  const opened = mnist.open({}, { seed: 0, folder: "/", log });
  await expect(opened).rejects.toThrow(
    [
      "train-images-idx3-ubyte.gz of the data set mnist is not here and could not be downloaded",
      "  where:    https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz: ENOTFOUND",
      "            https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz: ENOTFOUND",
      "  expected: /nowhere/mnist/train-images-idx3-ubyte.gz",
      `            or ${join(cache, "gumbel", "datasets", "mnist", "train-images-idx3-ubyte.gz")}`,
      "  to do:    put the file there, or set GUMBEL_DATA to a folder that holds mnist/train-images-idx3-ubyte.gz",
    ].join("\n"),
  );
  const reuters = await loadDataset("reuters-10k");
  const missing = reuters.open({ documents: 1, terms: 1 }, { seed: 0, folder: "/", log });
  await expect(missing).rejects.toThrow(/rcv1-v2\.topics\.qrels\.gz[\s\S]*use the data set reuters-21578/);
  vi.unstubAllGlobals();
});
