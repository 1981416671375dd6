/** The remote cache as docs/configuration.md has it: with a token, and entries that are signed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gumbel-remote-"));
const stored = new Map<string, { body: Buffer; tag: string }>();
const tokens = new Set<string | undefined>();

/** A server of turbo's protocol that keeps what it is sent: https://turborepo.com/docs/openapi */
const server = createServer((request, response) => {
  tokens.add(request.headers.authorization);
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const { pathname } = new URL(request.url!, "http://localhost");
    const found = stored.get(pathname);
    if (request.method === "PUT")
      stored.set(pathname, { body: Buffer.concat(parts), tag: `${request.headers["x-artifact-tag"]}` });
    if (pathname.endsWith("/status")) response.end('{"status":"enabled"}');
    else if (request.method !== "GET") response.end("{}");
    else if (!found) response.writeHead(404).end();
    else response.writeHead(200, { "x-artifact-tag": found.tag, "x-artifact-duration": "1" }).end(found.body);
  });
});

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { remoteCache } = JSON.parse(
    readFileSync(join(root, "turbo.json"), "utf8").replace(/^\s*\/\/.*$/gm, ""),
  );
  const files = {
    "package.json": { name: "w", private: true, packageManager: "npm@10.0.0", workspaces: ["p"] },
    "package-lock.json": {
      name: "w",
      lockfileVersion: 3,
      packages: { "": { name: "w", workspaces: ["p"] }, p: {} },
    },
    // The repository's own setting.
    "turbo.json": { tasks: { make: { outputs: ["out/**"], inputs: ["package.json"] } }, remoteCache },
    "p/package.json": { name: "p", version: "1.0.0", scripts: { make: "node make.js" } },
  };
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(contents));
  }
  writeFileSync(
    join(folder, "p/make.js"),
    'require("fs").mkdirSync("out",{recursive:true});require("fs").writeFileSync("out/x","made")',
  );
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

let machines = 0;
/** Runs the task on a machine that has nothing but the remote cache. */
async function runElsewhere(key: string): Promise<string> {
  rmSync(join(folder, "p/out"), { recursive: true, force: true });
  const env = {
    ...process.env,
    TURBO_API: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    TURBO_TOKEN: "a-token",
    TURBO_TEAM: "team",
    TURBO_REMOTE_CACHE_SIGNATURE_KEY: key,
    TURBO_CACHE_DIR: join(folder, `cache-${machines++}`),
    TURBO_TELEMETRY_DISABLED: "1",
  };
  const turbo = join(root, "node_modules/.bin/turbo");
  const { exitCode, stdall } = await run({ cwd: folder, env })`${turbo} run make`;
  expect(exitCode, stdall).toBe(0);
  expect(readFileSync(join(folder, "p/out/x"), "utf8")).toBe("made");
  return /cache (hit|miss)/.exec(stdall)?.[1] ?? stdall;
}

test("an entry comes back on another machine with the key; one that was tampered with, or signed by another key, is refused", async () => {
  expect(await runElsewhere("a key")).toBe("miss");
  expect(await runElsewhere("a key")).toBe("hit");
  const [[name, { body, tag }]] = [...stored] as [[string, { body: Buffer; tag: string }]];
  expect(await runElsewhere("another key")).toBe("miss");
  const other = Buffer.from(body);
  other[other.length >> 1]! ^= 1;
  stored.set(name, { body: other, tag });
  expect(await runElsewhere("a key")).toBe("miss");
  expect(tokens).toEqual(new Set(["Bearer a-token"]));
}, 120_000);
