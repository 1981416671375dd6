import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSystem, systemNames } from "@gumbel/models";
import { run } from "@gumbel/workspace/programs";
import { describe, expect, test } from "vitest";
import { readEarlier, slowerThan } from "../src/against.js";
import { benchmarks } from "../src/cases/registry.js";
import { root } from "../src/cases/root.js";
import { measuredBy, type Result, rangeOf, requireSameWeights } from "../src/measure.js";

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

  test("take a step also of a system that looks at the labels of all data before its first", async () => {
    const worker = join(root, "packages/bench/dist/worker.js");
    const { amount } = await measuredBy(process.execPath, [
      worker,
      "step/auxiliary-clustering-propagated",
      "1",
    ]);
    expect(amount).toBe(10);
  }, 120_000);

  test("have peers whose scripts exist", () => {
    const scripts = benchmarks.flatMap(({ peer }) => (peer ? [peer.script] : []));
    for (const script of scripts)
      expect(existsSync(join(root, "packages/bench/peers", script)), script).toBe(true);
  });
});

test("the systems with a twin are those of the twins' table", () => {
  const script = readFileSync(join(root, "packages/bench/peers/system_step.py"), "utf8");
  const table = [...script.matchAll(/^ {4}"([^"]+)": \(/gm)].map(([, name]) => name!);
  const measured = benchmarks.flatMap(({ peer }) =>
    peer?.script === "system_step.py" ? peer.arguments : [],
  );
  expect(measured.toSorted()).toEqual(table.toSorted());
});

describe("a twin", () => {
  const measured = (weights?: number) => ({
    seconds: [1],
    amount: 1,
    peakRssBytes: 1,
    libraries: "",
    weights,
  });

  test("trains as many weights as ours", () => {
    expect(() => requireSameWeights("step/x", measured(10), measured(10))).not.toThrow();
    expect(() => requireSameWeights("step/x", measured(10), measured(11))).toThrow(
      "step/x trains 10 weights, its peer 11",
    );
    expect(() => requireSameWeights("step/x", measured(10), measured())).toThrow("its peer no");
  });

  test("is not asked for weights if there are none to train", () => {
    expect(() => requireSameWeights("knn", measured(), measured())).not.toThrow();
  });
});

describe("the measurement of a process", () => {
  const reported = (script: string) => measuredBy(process.execPath, ["-e", script]);
  const printed = (text: string) => reported(`console.log(${JSON.stringify(text)})`);

  test("is its last line", async () => {
    const measured = { seconds: [2, 1], amount: 10, peakRssBytes: 5, libraries: "x 1", weights: 3 };
    expect(await printed(`loading\n${JSON.stringify(measured)}`)).toEqual(measured);
  });

  test.each([
    ["no JSON", "done"],
    ["nothing at all", ""],
    ["no times", '{"seconds":[],"amount":1,"peakRssBytes":1,"libraries":""}'],
    ["a time of zero", '{"seconds":[0],"amount":1,"peakRssBytes":1,"libraries":""}'],
    ["a time that is no number", '{"seconds":["1"],"amount":1,"peakRssBytes":1,"libraries":""}'],
    ["no memory", '{"seconds":[1],"amount":1,"libraries":""}'],
    ["half a weight", '{"seconds":[1],"amount":1,"peakRssBytes":1,"libraries":"","weights":0.5}'],
    ["no libraries", '{"seconds":[1],"amount":1,"peakRssBytes":1}'],
  ])("is refused if the last line is %s", async (_what, line) => {
    await expect(printed(line)).rejects.toThrow();
  });

  test("does not see what is set for old versions of OpenBLAS", async () => {
    process.env.OPENBLAS_CORETYPE = "Haswell";
    const measured = { seconds: [1], amount: 1, peakRssBytes: 1 };
    const script = `console.log(JSON.stringify({...${JSON.stringify(measured)}, libraries: process.env.OPENBLAS_CORETYPE ?? "unset"}))`;
    // The environment is that of the program's start.
    const started = await run`${process.execPath} --input-type=module -e ${`
      const { measuredBy } = await import(${JSON.stringify(new URL("../dist/measure.js", import.meta.url).href)});
      console.log((await measuredBy(process.execPath, ["-e", ${JSON.stringify(script)}])).libraries);`}`;
    delete process.env.OPENBLAS_CORETYPE;
    expect(started.stdall.trim()).toBe("unset");
  });

  test("is an error with the end of its output if the process fails", async () => {
    await expect(reported("console.error('no such data'); process.exit(3)")).rejects.toThrow("no such data");
    await expect(reported("process.exit(3)")).rejects.toThrow("ended with 3");
  });
});

describe("an earlier measurement", () => {
  const result = (name: string, min: number, max: number): Result => ({
    ...{ name, title: name, unit: "s", libraries: "", peakRssBytes: 1, ours: rangeOf([1]) },
    peer: { title: "peer", figure: rangeOf([1]), peakRssBytes: 1, libraries: "", ratio: rangeOf([min, max]) },
  });
  const earlier = { machine: { cpu: "a" }, results: [result("x", 0.8, 1), result("y", 0.8, 1)] };

  test("names what got slower by more than the spread of both", () => {
    const now = [result("x", 0.9, 1.4), result("y", 1.1, 1.3), result("new", 5, 6)];
    expect(slowerThan(earlier, now)).toEqual([{ name: "y", before: 0.9, now: 1.2000000000000002 }]);
  });

  test("of another processor is refused", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "gumbel-bench-")), "bench.json");
    writeFileSync(path, JSON.stringify(earlier));
    await expect(readEarlier(path, "b")).rejects.toThrow("another processor, a");
    expect((await readEarlier(path, "a")).results).toHaveLength(2);
  });
});

test("a range is the smallest, the median and the largest value", () => {
  expect(rangeOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
  expect(rangeOf([4, 1])).toEqual({ min: 1, median: 2.5, max: 4 });
});
