/** Runs other programs through zx. Separate from the rest of this package, so that stages need not load zx. */
import { constants } from "node:os";
import { $, type ProcessOutput, which } from "zx/core";

const windows = process.platform === "win32";

// zx uses `ps` to find the children of a program that it kills, and throws if `ps` is missing, as in many containers.
if (!windows && !which.sync("ps", { nothrow: true })) {
  $.kill = async (pid, signal) => void process.kill(Number(pid), signal);
}

/** `word` quoted for a POSIX shell; zx itself quotes for bash, which not every system has. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Exit code of `run` if the program is missing. */
export const noSuchProgram = 127;
/** True if `run` ended the program by its `timeout`. A shell script may end by itself when the program it waits for is killed. */
export const ranOutOfTime = ({ exitCode, signal }: ProcessOutput): boolean =>
  signal === "SIGTERM" || exitCode === 128 + constants.signals.SIGTERM;

/**
 * zx's `$` as this project uses it: run`pip --version`, run({ cwd, timeout: "5m" })`pip --version`. The program has no input,
 * its output is returned and not printed, and a failure is a result with its `exitCode` or `signal`, never thrown.
 */
export const run = $({
  nothrow: true,
  quiet: true,
  stdio: ["ignore", "pipe", "pipe"],
  // The program replaces the shell, so that a signal that ends it is reported as one.
  ...(!windows && { shell: "/bin/sh", quote: quoted, prefix: "exec " }),
});
