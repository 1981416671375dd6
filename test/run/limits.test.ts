/** Programs that the system gives too little say so, without a stack. */
import { join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

const programs = [
  ["packages/cli/bin.mjs", "verify"],
  ["packages/overview/bin.mjs"],
  ["packages/tasks/bin.mjs", "plan"],
];

test
  .skipIf(process.platform === "win32")
  .each(programs.flatMap((program) => [32, 64].map((files) => ({ program, files }))))(
  "$program with $files files at once",
  async ({ program: [script = "", ...words], files }) => {
    const limited = `ulimit -n ${files}; exec "$@"`;
    const program = [process.execPath, join(root, script), ...words];
    const { exitCode, stdall } = await run({
      cwd: join(root, "pipelines", "moons"),
    })`sh -c ${limited} sh ${program}`;
    expect(exitCode, stdall).toBe(1);
    expect(stdall).toMatch(/^error: [\s\S]*ulimit -n 1024/);
    expect(stdall).not.toMatch(/^ +at /m);
  },
);
