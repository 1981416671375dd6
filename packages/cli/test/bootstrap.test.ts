import { spawn } from "node:child_process";
import { cacheFolder } from "@gumbel/workspace";
import { afterEach, expect, test, vi } from "vitest";
import { cacheFolder as ofBootstrap } from "../bootstrap/common.mjs";

afterEach(() => vi.unstubAllEnvs());

test.each(["", "/cache"])(
  "the bootstrap, which imports nothing, has the same cache folder if XDG_CACHE_HOME is '%s'",
  (folder) => {
    vi.stubEnv("XDG_CACHE_HOME", folder);
    expect(ofBootstrap()).toBe(cacheFolder());
  },
);

test("a command that was stopped by Ctrl-C is not finished, even if it ends with 0 as turbo does", async () => {
  const module = new URL("../bootstrap/common.mjs", import.meta.url).href;
  const child = "process.on('SIGINT', () => process.exit(0)); setInterval(() => {}, 1000); console.log('up')";
  const script = `
    const { run } = await import(${JSON.stringify(module)});
    await run(process.execPath, ["-e", ${JSON.stringify(child)}]);
    console.log("The report: …");`;
  const start = spawn(process.execPath, ["--input-type=module", "-e", script]);
  let output = "";
  for (const stream of [start.stdout, start.stderr]) stream.on("data", (text) => (output += text));
  const ended = new Promise((done) => start.on("close", done));
  await expect.poll(() => output, { timeout: 10_000 }).toContain("up");
  start.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(output.trim().split("\n").at(-1)).toBe("not finished: the same command goes on from there");
});
