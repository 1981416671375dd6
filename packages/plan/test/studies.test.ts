import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toJson } from "@gumbel/workspace";
import { afterAll, expect, test } from "vitest";
import { studiesShowing } from "../src/studies.js";

const root = mkdtempSync(join(tmpdir(), "gumbel-studies-"));
afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, contents: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, toJson(contents));
}

test("a pipeline is shown by its own study, which is first, and by those whose figures name it", async () => {
  expect(await studiesShowing(root, "member")).toEqual([]);
  const member = join(root, "studies", "own", "usps", "member");
  write(join(member, "package.json"), { name: "@pipelines/member" });
  write(join(member, "pipeline.json"), {});
  const drawn = { source: "Nowhere", published: null, metrics: ["loss"], pipelines: ["member", "single"] };
  const figures = [{ kind: "epochs", id: "f", title: "F", ...drawn }];
  write(join(root, "studies", "own", "study.json"), { title: "Its own" });
  write(join(root, "studies", "all", "study.json"), { title: "All of them", figures });
  const own = { name: "own", title: "Its own" };
  const all = { name: "all", title: "All of them" };
  expect(await studiesShowing(root, "member")).toEqual([own, all]);
  expect(await studiesShowing(root, "single")).toEqual([all]);
  expect(await studiesShowing(root, "nobody's")).toEqual([]);
});
