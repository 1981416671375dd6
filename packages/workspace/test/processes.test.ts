import { expect, test } from "vitest";
import { run } from "../src/programs.js";

const built = new URL("../dist/index.js", import.meta.url).href;
const child = `import(${JSON.stringify(built)}).then(async ({ peakMemory }) => console.log(await peakMemory()))`;
const parent = `
  const held = Buffer.alloc(600e6, 1);
  const { stdout } = require("node:child_process").spawnSync(process.execPath, ["-e", process.argv[1]]);
  console.log(held.length, stdout.toString());`;

test("the peak of a process is its own, not that of the process that started it", async () => {
  const { stdout } = await run`${process.execPath} -e ${parent} ${child}`;
  const [held, peak] = stdout.trim().split(/\s+/).map(Number);
  expect(held).toBe(600e6);
  expect(peak).toBeGreaterThan(20e6);
  expect(peak).toBeLessThan(300e6);
});
