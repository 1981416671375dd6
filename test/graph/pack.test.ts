/** The packages as others would get them: each is packed and judged. Nothing is published. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { run } from "@gumbel/workspace/programs";
import { publint } from "publint";
import { list } from "tar";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../workspace.js";

const folder = mkdtempSync(join(tmpdir(), "gumbel-pack-"));
afterAll(() => rmSync(folder, { recursive: true }));
const filters = ["--filter", "./packages/*", "--filter", "!@gumbel/bench"];
const packing = await run({ cwd: root })`pnpm ${filters} pack --pack-destination ${folder}`;
const tarballs = readdirSync(folder).sort();

test("every package but the benchmarks is packed", () => {
  expect(packing.ok, packing.stdall).toBe(true);
  const names = readdirSync(join(root, "packages")).filter((name) => name !== "bench");
  expect(tarballs.map((file) => /^gumbel-([a-z]+)-\d/.exec(file)?.[1])).toEqual(names.sort());
});

describe.each(tarballs)("%s", (tarball) => {
  const bytes = Uint8Array.from(readFileSync(join(folder, tarball)));
  const files = new Map<string, Buffer>();
  list({
    file: join(folder, tarball),
    sync: true,
    onReadEntry: (entry) => {
      const parts: Buffer[] = [];
      entry.on("data", (part) => parts.push(part));
      entry.on("end", () => files.set(entry.path.replace("package/", ""), Buffer.concat(parts)));
    },
  });

  test("has a licence, a README and what runs, and neither sources nor tests", () => {
    expect([...files.keys()]).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
    const more =
      /^(dist|native|templates)\/|^(bin\.mjs|start\.(mjs|d\.mts)|src\/published\.json|LICENSE|README\.md|package\.json)$/;
    expect([...files.keys()].filter((file) => !more.test(file))).toEqual([]);
  });

  test("depends on exact versions, and of ours on the same", () => {
    const { version, dependencies = {} } = JSON.parse(files.get("package.json")!.toString()) as {
      version: string;
      dependencies?: Record<string, string>;
    };
    for (const [name, wanted] of Object.entries(dependencies)) {
      if (name.startsWith("@gumbel/")) expect(wanted, name).toBe(version);
      else expect(wanted, name).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  test("publint has nothing to say", async () => {
    expect((await publint({ pack: { tarball: bytes.buffer } })).messages).toEqual([]);
  });

  test("the types of every export are found", async () => {
    const checked = await checkPackage(createPackageFromTarballData(bytes));
    const { exports } = JSON.parse(files.get("package.json")!.toString()) as { exports?: object };
    // Every package is an ES module alone: what CommonJS and Node 10 find is not asked.
    const problems = (checked.types ? checked.problems : []).filter(
      (problem) => !("resolutionKind" in problem && /node10|node16-cjs/.test(problem.resolutionKind)),
    );
    expect(exports ? problems : []).toEqual([]);
  });
});
