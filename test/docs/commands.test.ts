/** Every command that the documents show is one that works, every file that they name is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { run as runProgram } from "@gumbel/workspace/programs";
import { describe, expect, test } from "vitest";
import { root } from "../workspace.js";

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  ...readdirSync(join(root, "packages"))
    .map((name) => join("packages", name, "README.md"))
    .filter((name) => existsSync(join(root, name))),
];

/** Lines of `sh` blocks and inline code that begin with one of our commands, without comments. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => match[1]!.split("\n"));
  const inline = [...text.matchAll(/`((?:[A-Z_]+=\S+ )*(?:pnpm|npm) [^`]+)`/g)].map((match) => match[1]!);
  return [...blocks, ...inline].map((line) => line.replace(/\s+#.*$/, "").trim()).filter(Boolean);
}

// The commands of these make the pipelines that they run: tests beside this one run them for real.
const run = ["tutorial.md", "own-method.md"].map((name) => join("docs", name));
const checked = documents.filter((document) => !run.includes(document));
const commands = [
  ...new Set(checked.flatMap((document) => commandsIn(readFileSync(join(root, document), "utf8")))),
];

describe("commands in the documents", () => {
  test("are found", () => {
    expect(commands).toEqual(expect.arrayContaining(["npm start", "npm test"]));
  });

  test.each(commands)("%s", async (command) => {
    const [, settings = "", line = ""] = /^((?:[A-Z_]+=(?:"[^"]*"|\S+) )*)(.*)$/.exec(command)!;
    const pairs = settings.matchAll(/([A-Z_]+)=(?:"([^"]*)"|(\S+))/g);
    const env = {
      ...process.env,
      ...Object.fromEntries([...pairs].map(([, name, quoted, word]) => [name, quoted ?? word])),
    };
    // As a shell would: quotes keep it from reading a star as file names.
    const words = line.split(/\s+/).map((word) => word.replaceAll("'", ""));
    const run = runProgram({ cwd: root, env });
    if (words[0] === "npm" || ["test:quick", "fuzz", "attack", "gpu"].includes(words[1]!)) {
      // Each is a script of the root package, and the scripts are run by CI and by hand.
      const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
        scripts: Record<string, string>;
      };
      expect(Object.keys(scripts)).toContain(words[1]);
    } else if (words[1] === "--filter") {
      // A script of one package, run by hand.
      const folder = words[2]!.replace("@gumbel/", "packages/");
      const { scripts } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
        scripts: Record<string, string>;
      };
      expect(Object.keys(scripts)).toContain(words[3]);
    } else if (words[1] === "turbo") {
      const { exitCode, stdout, stderr } = await run`pnpm ${words.slice(1)} --dry=json`;
      expect(exitCode, stderr).toBe(0);
      expect((JSON.parse(stdout) as { tasks: unknown[] }).tasks).not.toEqual([]);
    } else if (words[1] === "gumbel") {
      // Its own parser judges the words; `--help` keeps it from acting.
      const gumbel = join(root, "packages/cli/bin.mjs");
      const { exitCode, stdout, stderr } = await run`${process.execPath} ${gumbel} ${words[2]!} --help`;
      expect(exitCode, stderr).toBe(0);
      for (const option of words.filter((word) => word.startsWith("--"))) expect(stdout).toContain(option);
    } else if (words[1] === "bench") {
      // Its own parser judges the words; `--list` keeps it from measuring.
      const bench = join(root, "packages/bench/dist/main.js");
      const { exitCode, stderr } = await run`${process.execPath} ${bench} ${words.slice(2)} --list`;
      expect(exitCode, stderr).toBe(0);
    } else if (words[1] === "exec") {
      expect(words.slice(2, 4)).toEqual(["vitest", "run"]);
      for (const path of words.slice(4)) expect(existsSync(join(root, path)), path).toBe(true);
    } else {
      expect(words.slice(0, 2)).toEqual(["pnpm", "install"]);
    }
  });

  test("each link to a file of ours leads to one", async () => {
    const { stdout } = await runProgram({ cwd: root })`git ls-files -co --exclude-standard`;
    const tracked = new Set(stdout.split("\n"));
    for (const document of documents) {
      for (const [, target] of readFileSync(join(root, document), "utf8").matchAll(
        /\]\((?!https?:|#)([^)#]+)/g,
      )) {
        const path = relative(root, join(root, dirname(document), target!));
        expect(tracked.has(path), `${document}: ${target}`).toBe(true);
      }
    }
  });

  test("each file and folder of ours that the documents name is there", async () => {
    const { stdout } = await runProgram({ cwd: root })`git ls-files -co --exclude-standard`;
    const tracked = stdout.split("\n");
    const holds = (path: string): boolean =>
      tracked.some((file) => file === path || file.startsWith(`${path}/`));
    const missing = documents.flatMap((document) => {
      const words = [...readFileSync(join(root, document), "utf8").matchAll(/`([^`\s]+)`/g)];
      return (
        words
          .map(([, word]) => word!)
          // What is the user's own is in no checkout.
          .filter((word) => !/^(pipelines\/local|studies\/(local|mine)|systems|vendor)(\/|$)/.test(word))
          .filter((word) => {
            // Of `packages/models/src/systems/<name>.ts` or `test/fixtures/*.json` the folder counts.
            const path = word.replace(/[^/]*[<*].*$/, "").replace(/\/$/, "");
            if (/^(packages|pipelines|studies|docs|test|\.ci)\//.test(word))
              return !holds(path) && !holds(join(dirname(document), path));
            // A folder of a package may be named alone, a code file by the end of its path.
            const named = /^[\w.-]+\/$/.test(word)
              ? tracked.some((file) => `/${file}`.includes(`/${path}/`)) || word === "artifacts/"
              : tracked.some((file) => `/${file}`.endsWith(`/${path}`));
            return (/^[\w.-]+\/$/.test(word) || /^[\w/.-]+\.(tsx?|mjs|py|cc)$/.test(path)) && !named;
          })
          .map((word) => `${document}: ${word}`)
      );
    });
    expect(missing).toEqual([]);
  });

  test("each package that the documents name is there", () => {
    const names = documents.flatMap((document) =>
      [...readFileSync(join(root, document), "utf8").matchAll(/@gumbel\/([a-z]+)/g)].map(([, name]) => name!),
    );
    expect(names.length).toBeGreaterThan(10);
    const missing = names.filter((name) => !existsSync(join(root, "packages", name, "package.json")));
    expect(missing).toEqual([]);
  });
});
