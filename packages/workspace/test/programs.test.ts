import { expect, test } from "vitest";
import { noSuchProgram, ranOutOfTime, run } from "../src/programs.js";

const echo = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";

test("a program gets each word unchanged, even if it means something to a shell", async () => {
  const words = ["$HOME", "it's", "a b", "*", "", "`id`", "\\n", "-x=1", "two\nlines", '"'];
  const { stdout } = await run`${process.execPath} -e ${echo} -- ${words}`;
  expect(JSON.parse(stdout)).toEqual(words);
});

test("output, errors and the exit code of a program that fails are returned", async () => {
  const script = "console.log(1); console.error(2); process.exit(3)";
  const { exitCode, stdout, stderr } = await run`${process.execPath} -e ${script}`;
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 3, stdout: "1\n", stderr: "2\n" });
});

test("a signal that ends a program is seen as such", async () => {
  const { signal } = await run`${process.execPath} -e ${'process.kill(process.pid, "SIGSEGV")'}`;
  expect(signal).toBe("SIGSEGV");
});

test("a missing program has its own exit code", async () => {
  expect((await run`gumbel-no-such-program --version`).exitCode).toBe(noSuchProgram);
});

test("a program has an empty input", async () => {
  expect((await run`cat`).stdout).toBe("");
});

test("a program that runs out of time is killed with its children", async () => {
  const output = await run({ timeout: "1s" })`sh -c ${"sleep 60 & echo $!; wait $!"}`;
  expect(ranOutOfTime(output)).toBe(true);
  // Ended, or a zombie.
  const state = async (): Promise<string> => (await run`ps -o stat= -p ${output.stdout.trim()}`).stdout;
  await expect.poll(state).toMatch(/^(Z.*)?$/s);
});
