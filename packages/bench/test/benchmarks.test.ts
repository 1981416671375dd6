import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadSystem, systemNames } from "@gumbel/models";
import { describe, expect, test } from "vitest";
import { benchmarks } from "../src/cases/registry.js";
import { measuredBy, spread } from "../src/measure.js";
import { root } from "../src/root.js";

const names = benchmarks.map(({ name }) => name);

describe("the benchmarks", () => {
  test("have names of their own", () => {
    expect(names).toEqual([...new Set(names)]);
  });

  test("time the step of every system that learns by gradients", async () => {
    for (const name of systemNames) {
      const { training } = await loadSystem(name);
      expect(names.includes(`step/${name}`), name).toBe(training.epochs > 0);
    }
  });

  test("have peers that there are", () => {
    const scripts = benchmarks.flatMap(({ peer }) => (peer ? [peer.script] : []));
    for (const script of scripts)
      expect(existsSync(join(root, "packages/bench/peers", script)), script).toBe(true);
  });
});

describe("what a process reports", () => {
  const reported = (script: string) => measuredBy(process.execPath, ["-e", script]);
  const printed = (text: string) => reported(`console.log(${JSON.stringify(text)})`);

  test("is its last line", async () => {
    const measured = { seconds: [2, 1], amount: 10, peakRssBytes: 5 };
    expect(await printed(`loading\n${JSON.stringify(measured)}`)).toEqual(measured);
  });

  test.each([
    ["no JSON", "done"],
    ["nothing at all", ""],
    ["no times", '{"seconds":[],"amount":1,"peakRssBytes":1}'],
    ["a time of zero", '{"seconds":[0],"amount":1,"peakRssBytes":1}'],
    ["a time that is no number", '{"seconds":["1"],"amount":1,"peakRssBytes":1}'],
    ["no memory", '{"seconds":[1],"amount":1}'],
  ])("is refused where it is %s", async (_what, line) => {
    await expect(printed(line)).rejects.toThrow();
  });

  test("is the end of what it said where it fails", async () => {
    await expect(reported("console.error('no such data'); process.exit(3)")).rejects.toThrow("no such data");
    await expect(reported("process.exit(3)")).rejects.toThrow("ended with 3");
  });
});

test("a spread is the smallest, the median and the largest", () => {
  expect(spread([3, 1, 2])).toEqual({ least: 1, median: 2, most: 3 });
  expect(spread([4, 1])).toEqual({ least: 1, median: 2.5, most: 4 });
});
