import { readFileSync } from "node:fs";
import { sha256 } from "@gumbel/artifacts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "./workspace.js";

describe("the index over all pipelines", () => {
  const workspace = new TestWorkspace();
  afterAll(() => workspace.remove());
  const rows = (): string[][] =>
    [...workspace.read("overview/report/index.html").matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
      [...row!.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) =>
        cell!.replace(/<div[^>]*>/g, " / ").replace(/<[^>]*>/g, ""),
      ),
    );

  beforeAll(async () => {
    await workspace.add("a", { dataset: "usps" });
    await workspace.add("b", { model: "kmeans", deep: false, seeds: [0] });
    await workspace.add("broken");
    await workspace.add("unfinished");
    for (const name of ["a", "b", "broken"]) expect(workspace.runReport(name), workspace.output).toBe(0);
    workspace.tamper("broken/report/report.json");
    expect(workspace.runOverview(), workspace.output).toBe(0);
  });

  test("has a row for each finished report, with the published figure and the difference", () => {
    expect(rows()).toEqual([
      [
        "pipeline",
        "data set",
        "system",
        "profile",
        "runs",
        "ACC",
        "NMI",
        "ARI",
        "kNN error, k = 5",
        "time",
        "evaluated (UTC)",
      ],
      [
        "a",
        "USPS",
        "The gumbel-vae system",
        "quick",
        "3",
        "0.800 ± 0.100 / 0.726, +0.074",
        "0.500 ± 0.000 / 0.670, −0.170",
        "0.400 ± 0.000",
        "3.00 % ± 1.00",
        "4 min 04 s",
        "2026-01-02 03:04",
      ],
      [
        "b",
        "SHAPES",
        "The kmeans system",
        "quick",
        "1",
        "0.800",
        "0.500",
        "0.400",
        "3.00 %",
        "4 min 04 s",
        "2026-01-02 03:04",
      ],
      ["broken", expect.stringContaining("a file is not what its stage wrote")],
    ]);
  });

  test("links to each page, and says the same for machines", () => {
    expect(workspace.read("overview/report/index.html")).toContain('href="../../a/report/index.html"');
    const entries = JSON.parse(workspace.read("overview/report/report.json")) as { pipeline: string }[];
    expect(entries.map(({ pipeline }) => pipeline)).toEqual(["a", "b", "broken"]);
    expect(entries[0]).toMatchObject({ report: { metrics: { accuracy: { mean: 0.8 } } } });
  });

  test("ends with a manifest of what it wrote and read", () => {
    const manifest = JSON.parse(workspace.read("overview/report/manifest.json")) as {
      files: { name: string; sha256: string }[];
      reads: { path: string; sha256: string }[];
    };
    expect(manifest.files).toMatchObject([
      { name: "index.html", sha256: sha256(readFileSync(workspace.path("overview/report/index.html"))) },
      { name: "report.json" },
    ]);
    expect(manifest.reads.map(({ path }) => path)).toEqual([
      "a/report/manifest.json",
      "b/report/manifest.json",
    ]);
  });

  test("is there, and says so, when nothing is reported yet", () => {
    const empty = new TestWorkspace();
    expect(empty.runOverview(), empty.output).toBe(0);
    expect(empty.read("overview/report/index.html")).toContain("No pipeline has a report yet");
    empty.remove();
  });
});
