/** Finding and downloading files, from a server in the test. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { loadDataset } from "../src/index.js";
import { locate } from "../src/locate.js";
import { noise, temporaryFolder } from "../src/testing.js";

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

describe("what is not the file is never kept, and the next mirror is tried:", () => {
  const md5 = createHash("md5").update(content).digest("hex");
  const page = Buffer.from("<html>Please log in</html>");
  const findKnown = (file: string, known: object, ...paths: string[]) =>
    locate("set", [{ file, mirrors: paths.map((path) => origin + path), ...known }], log);
  const sends = (wrong: Buffer, headers: object = {}) => {
    answer = (request, response) => {
      if (request.url === "/wrong") response.writeHead(200, { ...headers }).end(wrong);
      else send(request, response);
    };
  };

  test.each([
    {
      what: "a page in place of a compressed file",
      file: "a.gz",
      known: {},
      wrong: page,
      says: /something else than a gz file/,
    },
    {
      what: "a file of another size",
      file: "a.bin",
      known: { bytes: 200_000 },
      wrong: page,
      says: /26 bytes in place of 200000/,
    },
    {
      what: "a file of the same size",
      file: "a.bin",
      known: { bytes: 200_000, md5 },
      wrong: Buffer.alloc(200_000),
      says: /a file of MD5 \w+ in place of/,
    },
    {
      what: "an endless file",
      file: "a.bin",
      known: { bytes: 200_000 },
      wrong: Buffer.alloc(5e6),
      says: /more than|announces/,
    },
  ])("$what", async ({ file, known, wrong, says }) => {
    sends(wrong);
    await expect(findKnown(file, known, "/wrong")).rejects.toThrow(says);
    expect(readdirSync(downloads)).toEqual([]);
    if (file === "a.gz") return;
    expect(readFileSync(await findKnown(file, known, "/wrong", "/right")).equals(content)).toBe(true);
  });

  test("an endless file that does not say so stops at the known size", async () => {
    let written = 0;
    answer = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        written += 65_536;
        response.write(Buffer.alloc(65_536), () => setImmediate(more));
      };
      more();
    };
    await expect(findKnown("a.bin", { bytes: 29_000 }, "/wrong")).rejects.toThrow(/in place of 29000/);
    expect(written).toBeLessThan(20e6);
    expect(readdirSync(downloads)).toEqual([]);
  });

  test("only https is asked, and this machine", async () => {
    const insecure = locate("set", [{ file: "a.bin", mirrors: ["http://example.org/a.bin"] }], log);
    await expect(insecure).rejects.toThrow(/http:\/\/example\.org is not https/);
    for (const name of ["mnist", "usps", "svhn", "reuters21578", "reuters10k"])
      expect(readFileSync(new URL(`../src/${name}.ts`, import.meta.url), "utf8")).not.toContain('"http://');
  });
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
