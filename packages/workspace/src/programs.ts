/** How other programs are run: through zx. Apart from the rest of this package, so that stages need not load it. */
import { constants } from "node:os";
import { $, type ProcessOutput, which } from "zx/core";

const windows = process.platform === "win32";

// zx finds the children of a program that it kills with `ps` and throws if there is none, as in many containers.
if (!windows && !which.sync("ps", { nothrow: true })) {
  $.kill = async (pid, signal) => void process.kill(Number(pid), signal);
}

/** `word` as a POSIX shell reads it literally; zx itself quotes for bash, which not every system has. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The exit code of `run` if there is no such program. */
export const noSuchProgram = 127;
/** Whether a program of `run` was ended by its `timeout`. A shell script may end by itself when what it waits for is killed. */
export const ranOutOfTime = ({ exitCode, signal }: ProcessOutput): boolean =>
  signal === "SIGTERM" || exitCode === 128 + constants.signals.SIGTERM;

/**
 * zx's `$` as this project uses it: run`pip --version`, run({ cwd, timeout: "5m" })`pip --version`. The program's output is
 * returned and not shown, it has no input, and a failure is a result with its `exitCode` or `signal`, never thrown.
 */
export const run = $({
  nothrow: true,
  quiet: true,
  stdio: ["ignore", "pipe", "pipe"],
  // The program takes the shell's place, so that a signal that ends it is seen as such.
  ...(!windows && { shell: "/bin/sh", quote: quoted, prefix: "exec " }),
});
