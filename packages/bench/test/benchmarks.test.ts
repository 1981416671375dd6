import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadSystem, systemNames } from "@gumbel/models";
import { describe, expect, test } from "vitest";
import { benchmarks } from "../src/cases/registry.js";
import { root } from "../src/cases/root.js";
import { measuredBy, rangeOf } from "../src/measure.js";

const names = benchmarks.map(({ name }) => name);

describe("the benchmarks", () => {
  test("have distinct names", () => {
    expect(names).toEqual([...new Set(names)]);
  });

  test("measure the step of every system that is trained by gradients", async () => {
    for (const name of systemNames) {
      const { training } = await loadSystem(name);
      expect(names.includes(`step/${name}`), name).toBe(training.epochs > 0);
    }
  });

  test("have peers whose scripts exist", () => {
    const scripts = benchmarks.flatMap(({ peer }) => (peer ? [peer.script] : []));
    for (const script of scripts)
      expect(existsSync(join(root, "packages/bench/peers", script)), script).toBe(true);
  });
});

describe("the measurement of a process", () => {
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
  ])("is refused if the last line is %s", async (_what, line) => {
    await expect(printed(line)).rejects.toThrow();
  });

  test("is an error with the end of its output if the process fails", async () => {
    await expect(reported("console.error('no such data'); process.exit(3)")).rejects.toThrow("no such data");
    await expect(reported("process.exit(3)")).rejects.toThrow("ended with 3");
  });
});

test("a range is the smallest, the median and the largest value", () => {
  expect(rangeOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
  expect(rangeOf([4, 1])).toEqual({ min: 1, median: 2.5, max: 4 });
});
