/** The page of the house names every package that there is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stageNames } from "@gumbel/config";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

const page = readFileSync(join(root, "docs", "house.md"), "utf8");
const rooms = [...page.matchAll(/^\| `([a-z]+)` +\| (\w+) +\|/gm)].map(
  ([, name, tag]) => [name!, tag!] as const,
);

const packages = readdirSync(join(root, "packages"))
  .filter((name) => existsSync(join(root, "packages", name, "package.json")))
  .sort();

interface Manifest {
  dependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}
const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest;

/** The tag of a package's turbo.json; `none` if it has none. */
function tagOf(name: string): string {
  const text = readFileSync(join(root, "packages", name, "turbo.json"), "utf8");
  return /^\s*"tags": \["(\w+)"\]/m.exec(text)?.[1] ?? "none";
}

test("the house has a room for every package, and no other", () => {
  expect(rooms.map(([name]) => name).sort()).toEqual(packages);
});

test.each(rooms)("the room %s is tagged %s", (name, tag) => {
  expect(tagOf(name)).toBe(tag);
});

/** The packages in each line of the drawing of layers. */
const layers = /^tools[\s\S]*?(?=```)/m
  .exec(page)![0]
  .split("\n")
  .map((line) => line.split(/\s+/).filter((word) => packages.includes(word)));

test("the drawing of layers has each package in the line of its tag", () => {
  const ofTag = (tag: string): string[] => packages.filter((name) => tagOf(name) === tag);
  const [tools, stages, ...libraries] = layers;
  expect(tools!.sort()).toEqual(ofTag("tool"));
  expect(stages!.sort()).toEqual(ofTag("stage"));
  expect(libraries.flat().sort()).toEqual(ofTag("library"));
});

test("each library imports from the lines below its own alone", () => {
  const depth = (name: string): number => layers.findIndex((line) => line.includes(name));
  const upwards = packages
    .filter((name) => tagOf(name) === "library")
    .flatMap((name) => {
      const { dependencies = {} } = manifestOf(name);
      return packages
        .filter((other) => `@gumbel/${other}` in dependencies && depth(other) <= depth(name))
        .map((other) => `${name} imports ${other}`);
    });
  expect(upwards).toEqual([]);
});

test("the types of all that is compiled are checked, since `build` does not", () => {
  const commands = (script: string | undefined): string[] =>
    [...(script ?? "").matchAll(/tsc --\w+( -p \S+)?/g)].map(([, project = ""]) => project);
  for (const name of packages) {
    const { build, types } = manifestOf(name).scripts ?? {};
    expect([name, commands(types)]).toEqual([name, commands(build)]);
  }
});

test("the flow has every stage in its order", () => {
  expect(page).toContain(`pipeline.json → plan → ${stageNames.join(" → ")} `);
});

test("the page fits on 60 lines", () => {
  expect(page.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
});

const systems = join(root, "packages", "models", "src", "systems");

test.each(readdirSync(systems))("the file of the system %s has at most 200 lines", (name) => {
  expect(readFileSync(join(systems, name), "utf8").split("\n").length - 1).toBeLessThanOrEqual(200);
});
