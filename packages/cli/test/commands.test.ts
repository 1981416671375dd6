/** docs/cli.md is the command's own help; mistakes end with an exit code that is not 0 and a suggestion. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { shapesJsonSchema } from "../src/shapes.js";

const root = resolve(import.meta.dirname, "../../..");
const gumbel = async (...words: string[]) =>
  run({ cwd: root })`${process.execPath} ${join(root, "packages/cli/bin.mjs")} ${words}`;
const document = readFileSync(join(root, "docs/cli.md"), "utf8");
const rows = [...document.matchAll(/^\| `([a-z]+)` *\|([^|]*)\|/gm)].map(([, command, options]) => ({
  command: command!,
  options: [...options!.matchAll(/`(--[a-z-]+)`/g)].map(([, option]) => option!),
}));

/** Words at the start of the lines of one part of a help text. */
const listed = (help: string, part: string, word: RegExp): string[] => {
  const [, lines = ""] = new RegExp(`^${part}:\n((?: .*\n?)*)`, "m").exec(help) ?? [];
  return lines.split("\n").flatMap((line) => word.exec(line)?.[1] ?? []);
};

describe("docs/cli.md", () => {
  test("has every command", async () => {
    const { stdout } = await gumbel("--help");
    const commands = listed(stdout, "Commands", /^ {2}([a-z]+)/).filter((name) => name !== "help");
    expect(rows.map(({ command }) => command).sort()).toEqual(commands.sort());
  });

  test.each(rows)("has every option of $command", async ({ command, options }) => {
    const { stdout } = await gumbel(command, "--help");
    const all = listed(stdout, "Options", /^ {2}(?:-\w, )?(--[a-z-]+)/).filter((name) => name !== "--help");
    expect([...options].sort()).toEqual(all.sort());
  });

  test("docs/cli.schema.json is current: pnpm gumbel schema", () => {
    const published = JSON.parse(readFileSync(join(root, "docs/cli.schema.json"), "utf8")) as object;
    expect(published).toEqual(JSON.parse(JSON.stringify(shapesJsonSchema())));
  });
});

describe("the command", () => {
  test.each([
    [["lsit"], "Did you mean list?"],
    [["list", "--jsno"], "Did you mean --json?"],
    [["sweep"], "missing required argument 'file'"],
    [["sweep", "x.json", "--at-once", "0"], "expected a whole number of at least 1"],
    [["compare", "nmist", "mnist"], 'there is no pipeline "nmist"'],
    [["set", "mnist", "train.epoch=3"], 'Unrecognized key: "epoch"'],
    [["set", "mnist", "train.epochs"], '"train.epochs" sets no field'],
    [["clean", "nobody"], 'there is no pipeline "nobody"'],
  ])("refuses %j with exit code 1", async (words, message) => {
    const { exitCode, stdout, stderr } = await gumbel(...words);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("says its version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect((await gumbel("--version")).stdout).toBe(`${version}\n`);
  });

  test("doctor --json prints its shape and nothing else", async () => {
    const { exitCode, stdout } = await gumbel("doctor", "--json");
    expect(exitCode).toBe(0);
    const validate = new Ajv2020({ strict: false }).compile({
      ...shapesJsonSchema(),
      $ref: "#/$defs/doctor",
    });
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each(["bash", "zsh", "fish"])("completes in %s", async (shell) => {
    const { exitCode, stdout } = await gumbel("complete", shell);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("gumbel");
  });

  test("completes commands, options and names of pipelines", async () => {
    expect((await gumbel("complete", "--", "lis")).stdout).toContain("list\t");
    expect((await gumbel("complete", "--", "sweep", "--sh")).stdout).toContain("--show\t");
    expect((await gumbel("complete", "--", "why", "quick")).stdout).toContain("quickstart\t");
  });
});
